"""One attempt: the benign probe, the attacks, what the matchers see in them, and whether the controls were sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.contract import Rule
from engines.dynamic.build import build, path_parameters
from engines.dynamic.exchange import ANSWERED, REFUSED, Exchange
from engines.dynamic.matchers import judge
from engines.dynamic.outcome import Outcome, carried_out
from engines.dynamic.plan import PlanRow
from engines.dynamic.sender import AttemptLog, Sender
from engines.dynamic.sweep import Sweep
from engines.dynamic.templates import numbers, render
from engines.identities import Session
from engines.scope import SAFE_METHODS

BASE, SEED = "base", "seed"
UNSEEDED = "1"  # the seed where nobody ever saw a value


def first_round(dynamic: Mapping[str, Any]) -> dict[str, str]:
    """Return role → template of the probes in the order in which they are sent: the base, then seed, then attacks."""
    probes = dict(dynamic.get("probes", {}))
    compared = {
        role for m in dynamic.get("matchers", {}).values() for role in (*m.get("same", ()), *m.get("differ", ()))
    }
    ordered = {BASE: probes.pop(BASE, "{{seed}}{{canary}}")}
    if SEED in compared and SEED not in probes:
        ordered[SEED] = "{{seed}}"
    ordered.update(probes)
    most = int(dynamic.get("safety", {}).get("max_requests", len(ordered)))
    return dict(list(ordered.items())[: max(most, 1)])


def most_requests(row: PlanRow, dynamic: Mapping[str, Any]) -> int:
    """Return how many requests an attempt can take at most, repetitions, replays and sweep included."""
    repeated = sum(
        len({*m["same"], *m["differ"]}) * (int(m.get("repeat", 2)) - 1)
        for m in dynamic.get("matchers", {}).values()
        if "same" in m
    )
    return len(first_round(dynamic)) + repeated + 4 + (0 if row.method in SAFE_METHODS else Sweep.MOST)


class Prober:
    """Carries out plan rows of the form `probe`."""

    def __init__(self, sender: Sender, sweep: Sweep, login_routes: frozenset[tuple[str, str, str]]) -> None:
        self._sender, self._sweep, self._login_routes = sender, sweep, login_routes

    def run(self, row: PlanRow, rule: Rule, session: Session | None) -> Outcome:
        """Return what became of the row."""
        return carried_out(AttemptLog(row, self._sender), lambda outcome: self._carry_out(outcome, rule, session))

    def _carry_out(self, outcome: Outcome, rule: Rule, session: Session | None) -> None:
        log, dynamic = outcome.log, rule.dynamic
        row, templates = log.row, first_round(dynamic)
        base = self._send(log, BASE, templates[BASE], session)
        is_ours = not self._judges_credentials(row, session)  # else a 401 says nothing about our own session
        if base.status == 401 and is_ours and session and session.renew(base.sent):
            base = self._send(log, BASE, templates[BASE], session)
        outcome.stopped = self._refusal(log, base, session)
        if outcome.stopped:
            return
        for role, template in templates.items():
            if role == BASE or (role == SEED and log.by_role(SEED)):
                continue
            attack = self._send(log, role, template, session)
            if attack.status == 401 and base.status != 401 and is_ours and session and session.renew(attack.sent):
                self._send(log, role, template, session)
            if attack.outcome == REFUSED:
                outcome.stopped = ("health", "the service took no more connections.")
                return
        matchers = dynamic.get("matchers", {})
        self._repeat(log, matchers, templates, session)
        if row.method not in SAFE_METHODS:
            self._sweep.after(log, session)
        outcome.seen = [(name, seen) for name, m in matchers.items() if (seen := judge(m, log.exchanges, row.seed))]
        outcome.is_sound = self._is_sound(log, bool(outcome.seen), templates, session)
        outcome.is_complete = True
        if self._is_only_refused(log, session) and self._is_refused(log, self._plain(log, session), session):
            outcome.give_up("endpoint_refused", "every request was refused, the plain seed too: this covers nothing.")

    def _send(self, log: AttemptLog, role: str, template: str, session: Session | None) -> Exchange:
        row = log.row
        known = {"seed": row.seed or UNSEEDED, "canary": log.canary(role), **numbers(row.attempt_id)}
        value, base_url = render(template, known), self._sender.base_urls[row.service]
        return log.send(role, value, lambda http, headers: build(http, row, base_url, value, headers), session)

    def _refusal(self, log: AttemptLog, base: Exchange, session: Session | None) -> tuple[str, str] | None:
        """Tell why the attacks are not worth sending: nothing answered, or no handler took the benign request.

        A 404 may mean that the object is missing, so that the plain seed is asked for before believing it.
        """
        row = log.row
        if base.outcome != ANSWERED:
            return "no_answer", f"the benign request ended as {base.outcome}."
        if base.status != 404 and self._is_refused(log, base, session):
            return "endpoint_refused", f"the benign request was answered with {base.status}."
        if base.status == 404 and not path_parameters(row.route) and self._plain(log, session).status == 404:
            return "endpoint_refused", "the benign request was answered with 404."
        return None

    def _plain(self, log: AttemptLog, session: Session | None) -> Exchange:
        """Return the exchange of the seed alone, sent now if it was not yet."""
        return next(iter(log.by_role(SEED)), None) or self._send(log, SEED, "{{seed}}", session)

    def _is_refused(self, log: AttemptLog, exchange: Exchange, session: Session | None) -> bool:
        """Tell whether the endpoint itself said no. Where credentials are the input, a 401 is an answer."""
        is_unknown = exchange.status == 401 and not self._judges_credentials(log.row, session)
        return exchange.outcome != ANSWERED or exchange.status in (404, 405) or is_unknown

    def _is_only_refused(self, log: AttemptLog, session: Session | None) -> bool:
        return all(self._is_refused(log, e, session) for e in log.exchanges if e.role != "sweep")

    def _repeat(self, log: AttemptLog, matchers: Mapping[str, Any], templates: Mapping[str, str], session: Any) -> None:
        """Repeat the roles of boolean matchers, in turn, but only where the first round already looks like it."""
        for matcher in matchers.values():
            roles = list(dict.fromkeys([*matcher.get("same", ()), *matcher.get("differ", ())]))
            if not roles or not judge({**matcher, "repeat": 1}, log.exchanges, log.row.seed):
                continue
            for _ in range(int(matcher.get("repeat", 2)) - 1):
                for role in roles:
                    self._send(log, role, templates[role], session)

    def _is_sound(self, log: AttemptLog, has_seen: bool, templates: Mapping[str, str], session: Any) -> bool:
        """Tell whether the benign probe was answered, not refused, and, where something was seen, so once more."""
        base = log.by_role(BASE)[-1]
        if has_seen:
            self._send(log, BASE, templates[BASE], session)
        again = log.by_role(BASE)[-1]
        is_missing = base.status == 404  # an object may be, the handler was asked all the same
        is_taken = (base.status or 500) < 500 and (is_missing or not self._is_refused(log, base, session))
        return is_taken and again.outcome == ANSWERED and again.status == base.status

    def _judges_credentials(self, row: PlanRow, session: Session | None) -> bool:
        """Tell whether the input is a login or the very header or cookie that carries the identity."""
        is_login = (row.service, row.method, row.route) in self._login_routes
        carriers = {name.lower() for name in (session.placeholder() if session else ())} - {"cookie"}
        cookie = session.spec.token_cookie if session else None
        is_carrier = (row.place == "header" and row.parameter.lower() in carriers) or (
            row.place == "cookie" and row.parameter == cookie
        )
        return is_login or is_carrier
