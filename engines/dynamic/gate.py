"""Which rows of the plan are carried out, and why the others are not: decided before anything is sent for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.contract import Rule, Skip
from engines.dynamic.attempt import most_requests
from engines.dynamic.object_access import MOST_REQUESTS, SCENARIO
from engines.dynamic.outcome import skip
from engines.dynamic.passive import MOST_LOOKS
from engines.dynamic.plan import PlanRow
from engines.identities import LoginFailed, Session
from engines.scope import SAFE_METHODS, Scope

CHUNK = 8  # rows between two looks at the budget, so that what is skipped does not depend on timing

PROBE, PASSIVE = "probe", "passive"


@dataclass(frozen=True)
class Job:
    """A row that may be carried out, with all it takes. `form` is probe, passive or the name of a scenario."""

    row: PlanRow
    rule: Rule
    session: Session | None
    form: str
    most_requests: int

    @property
    def is_changing(self) -> bool:
        """Whether the request may change data, so that it has to be alone."""
        return bool(self.row.method) and self.row.method not in SAFE_METHODS


class Gate:
    """Judges plan rows by the plan's own word, the rule, the scope, the identities and the budget."""

    def __init__(self, scope: Scope, rules: Mapping[str, Rule], sessions: Mapping[str, Session]) -> None:
        self._scope, self._rules, self._sessions = scope, rules, sessions

    def is_passive(self, row: PlanRow) -> bool:
        """Tell whether the row's rule only looks."""
        return row.rule_id in self._rules and self._rules[row.rule_id].dynamic.get("form") == PASSIVE

    def chunk(self, rows: Sequence[PlanRow]) -> list[Job | Skip]:
        """Return what to do with the first rows: up to `CHUNK` that only read, or a single one that changes data."""
        chunk: list[Job | Skip] = []
        promised = 0
        for row in rows[:CHUNK]:
            each = self._judged(row, promised)
            if isinstance(each, Job):
                if each.is_changing and promised:
                    break
                promised += each.most_requests
            chunk.append(each)
            if isinstance(each, Job) and each.is_changing:
                break
        return chunk

    def _judged(self, row: PlanRow, promised: int) -> Job | Skip:
        rule = self._rules.get(row.rule_id)
        if not row.is_allowed:
            return skip(row, *_refusal(row.refusal))
        if rule is None or not rule.dynamic:
            return skip(row, "no_rule", "no loaded rule of this id has a dynamic part.")
        if rule.dynamic.get("safety", {}).get("class") == "destructive":
            return skip(row, "destructive", "the rule is destructive, and those are never sent.")
        if row.method and row.method not in SAFE_METHODS and not self._scope.may_mutate:
            return skip(row, "needs_mutation", "the request may change data; set scope.mutate to allow it.")
        if row.route and self._scope.is_denied(row.method, row.service, row.route):
            return skip(row, "denied", "denied by the manifest's scope.deny.")
        form, most = _form(row, rule)
        if form not in (PROBE, PASSIVE, SCENARIO):
            return skip(row, "no_rule", f"the scenario {form} is unknown.")
        if promised + most > self._scope.remaining:
            return skip(row, "budget", "the requests of scope.requests would not suffice; raise it.")
        session, missing = self._session(row)
        if missing:
            return skip(row, "no_session", missing)
        return Job(row, rule, session, form, most)

    def _session(self, row: PlanRow) -> tuple[Session | None, str | None]:
        """Return the session of the row's identity, the first one where none is named, and why there is none."""
        if row.identity and row.identity not in self._sessions:
            return None, f"identity {row.identity} is not declared in the manifest."
        session = self._sessions[row.identity] if row.identity else next(iter(self._sessions.values()), None)
        if session:
            try:
                session.credentials()
            except LoginFailed as failure:
                return None, str(failure)
        return session, None


def _form(row: PlanRow, rule: Rule) -> tuple[str, int]:
    """Return the form of the rule and how many requests it takes at most."""
    form = rule.dynamic.get("form", PROBE)
    if form == PASSIVE:
        return form, MOST_LOOKS
    if form == "scenario":
        return str(rule.dynamic.get("scenario")), MOST_REQUESTS
    return form, most_requests(row, rule.dynamic)


def _refusal(refusal: str | None) -> tuple[str, str]:
    """Return (reason, explanation): a refusal of one word is a reason, a sentence explains one."""
    text = refusal or "destructive"
    return (text, "refused by the probe plan.") if text.replace("_", "").isalnum() else ("destructive", text)
