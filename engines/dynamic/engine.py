"""The prober: spends the probe plan on one service at a time, inside the scope, and says what it did not do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from engines.contract import Record, Rule, Skip, Target, Technique
from engines.dynamic.attempt import Outcome, Prober, most_requests, skip
from engines.dynamic.exchange import ANSWERED
from engines.dynamic.object_access import MOST_REQUESTS, ObjectAccess
from engines.dynamic.passive import MOST_LOOKS, Passive
from engines.dynamic.plan import PlanRow
from engines.dynamic.sender import Sender
from engines.dynamic.sentinel import Sentinel
from engines.dynamic.sweep import Sweep
from engines.identities import LoginFailed, Session
from engines.scope import SAFE_METHODS, OutOfScope, Scope

THREADS = 4
CHUNK = 8  # rows between two looks at budget, so that what is skipped does not depend on timing
CHECK_EVERY = 24  # rows between two looks at the service's health

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Job:
    """A row that may be carried out, with all it takes."""

    row: PlanRow
    rule: Rule
    session: Session | None
    carry_out: Callable[[PlanRow, Rule, Session | None], Outcome]
    most_requests: int


class DynamicEngine:
    """Probes what the plan asks for.

    `sessions` are identities by name, the first is used where a row names none; `health` is service → path of a
    harmless GET; `seconds` bounds one request; `on_progress` is called with (rows done, rows).
    """

    name = "prober"
    version = "1"
    technique = Technique.DYNAMIC

    def __init__(
        self,
        plan: Sequence[PlanRow],
        base_urls: Mapping[str, str],
        sessions: Mapping[str, Session],
        scope: Scope,
        assessment: int,
        health: Mapping[str, str],
        on_progress: Callable[[int, int], None] | None = None,
        seconds: float = 10.0,
    ) -> None:
        self._plan = sorted(plan, key=lambda row: (row.plan_rank, row.attempt_id))
        self._base_urls, self._sessions, self._scope = base_urls, sessions, scope
        self._assessment, self._health, self._on_progress, self._seconds = assessment, health, on_progress, seconds

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield the records of the plan's rows of this service, in plan order; equal inputs give equal records."""
        rows = [row for row in self._plan if row.service == target.service]
        agent = f"leadline/{self.version} run {target.release_id}#{self._assessment}"
        sender = Sender(
            target.release_id, self._assessment, self._base_urls, self._sessions, self._scope, agent, self._seconds
        )
        try:
            yield from _Run(self, sender, target.service, {rule.id: rule for rule in rules}).records(rows)
        finally:
            sender.close()

    def login_routes(self) -> frozenset[tuple[str, str, str]]:
        """Return (service, method, route) of the identities' logins: there a 401 is an answer, not a refusal."""
        logins = (session.spec.login for session in self._sessions.values())
        return frozenset((login.service, login.method, login.path) for login in logins)

    @property
    def plan(self) -> Sequence[PlanRow]:
        """The plan in the order in which it is carried out."""
        return self._plan

    @property
    def health(self) -> Mapping[str, str]:
        """Service → path of a harmless GET."""
        return self._health

    def progress(self, done: int, total: int) -> None:
        """Tell the caller how far the run is."""
        if self._on_progress:
            self._on_progress(done, total)


class _Run:
    def __init__(self, engine: DynamicEngine, sender: Sender, service: str, rules: Mapping[str, Rule]) -> None:
        self._engine, self._sender, self._service, self._rules = engine, sender, service, rules
        sweep = Sweep(engine.plan, sender)
        self._probe = Prober(sender, sweep, engine.login_routes()).run
        self._passive = Passive(sender, sweep.reads, engine.health).run
        self._object_access = ObjectAccess(sender).run
        self._sentinel = Sentinel(sender, service, engine.health.get(service) or "/", sweep.reads)

    def records(self, rows: Sequence[PlanRow]) -> Iterator[Record]:
        if not rows:
            return
        lost = self._cannot_begin()
        if lost:
            yield from (skip(row, *lost) for row in rows)
            return
        done = since_check = 0
        with ThreadPoolExecutor(THREADS, thread_name_prefix="prober") as threads:
            while done < len(rows):
                prepared = self._chunk(rows, done)
                done += len(prepared)
                futures = {
                    each.row.attempt_id: threads.submit(each.carry_out, each.row, each.rule, each.session)
                    for each in prepared
                    if isinstance(each, _Job)
                }
                outcomes = [
                    futures[each.row.attempt_id].result() if isinstance(each, _Job) else each for each in prepared
                ]
                since_check += len(prepared)
                lost_now = None
                if since_check >= CHECK_EVERY or done >= len(rows) or any(map(_is_suspicious, outcomes)):
                    lost_now, since_check = self._sentinel.lost(), 0
                for each, outcome in zip(prepared, outcomes, strict=True):
                    yield from self._told(each, outcome, lost_now)
                self._engine.progress(done, len(rows))
                if lost_now:
                    log.warning("%s: stopped, %s", self._service, lost_now)
                    yield from (skip(row, "health", lost_now) for row in rows[done:])
                    break
        yield from self._failed_logins()

    def _cannot_begin(self) -> tuple[str, str] | None:
        base_url = self._sender.base_urls.get(self._service)
        if not base_url:
            return "no_base_url", "the service is not deployed on staging: the manifest names no base_url."
        parts = urlsplit(base_url)
        try:
            self._sender.scope.resolve(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
            lost = self._sentinel.begin()
        except (OutOfScope, ValueError) as refusal:
            return getattr(refusal, "reason", "out_of_scope"), str(refusal)
        return ("health", lost) if lost else None

    def _told(self, each: _Job | Skip, outcome: Outcome | Skip, lost: str | None) -> Iterator[Record]:
        if isinstance(outcome, Skip) or isinstance(each, Skip):
            yield each  # type: ignore[misc]
            return
        if lost and not outcome.stopped and any(e.outcome != ANSWERED for e in outcome.log.exchanges):
            outcome.is_complete, outcome.is_sound, outcome.stopped = False, False, ("health", lost)
        identity = outcome.identity or (each.session.name if each.session else None)
        yield from outcome.records(identity, self._sender.secrets)

    def _failed_logins(self) -> Iterator[Skip]:
        """Yield once what keeps an identity from being used: it explains many rows."""
        for session in self._sender.sessions.values():
            if session.failure:
                explanation = str(session.failure)
                yield Skip(self._service, Technique.DYNAMIC, "identity", session.name, "no_session", explanation)

    def _chunk(self, rows: Sequence[PlanRow], start: int) -> list[_Job | Skip]:
        """Return what to do with the next rows: up to `CHUNK` that only read, or a single one that changes data."""
        chunk: list[_Job | Skip] = []
        promised = 0
        for row in rows[start : start + CHUNK]:
            each = self._prepare(row, promised)
            if isinstance(each, _Job):
                if row.method not in SAFE_METHODS and row.method and any(isinstance(e, _Job) for e in chunk):
                    break
                promised += each.most_requests
            chunk.append(each)
            if isinstance(each, _Job) and row.method and row.method not in SAFE_METHODS:
                break
        return chunk

    def _prepare(self, row: PlanRow, promised: int) -> _Job | Skip:
        rule, scope = self._rules.get(row.rule_id), self._sender.scope
        if not row.is_allowed:
            return skip(row, *_refusal(row.refusal))
        if rule is None or not rule.dynamic:
            return skip(row, "no_rule", "no loaded rule of this id has a dynamic part.")
        safety = rule.dynamic.get("safety", {}).get("class", "read-only")
        if safety == "destructive":
            return skip(row, "destructive", "the rule is destructive, and those are never sent.")
        if row.method and row.method not in SAFE_METHODS and not scope.may_mutate:
            return skip(row, "needs_mutation", "the request may change data; set scope.mutate to allow it.")
        if row.route and scope.is_denied(row.method, row.service, row.route):
            return skip(row, "denied", "denied by the manifest's scope.deny.")
        session, missing = self._session(row)
        if missing:
            return skip(row, "no_session", missing)
        form = rule.dynamic.get("form", "probe")
        if form == "passive":
            job = _Job(row, rule, session, self._passive, MOST_LOOKS + 1)
        elif form == "scenario":
            if rule.dynamic.get("scenario") != "object_access":
                return skip(row, "no_rule", f"the scenario {rule.dynamic.get('scenario')} is unknown.")
            job = _Job(row, rule, session, self._object_access, MOST_REQUESTS)
        else:
            job = _Job(row, rule, session, self._probe, most_requests(row, rule.dynamic))
        if promised + job.most_requests > scope.remaining:
            return skip(row, "budget", "the requests of scope.requests would not suffice; raise it.")
        return job

    def _session(self, row: PlanRow) -> tuple[Session | None, str | None]:
        """Return the session of the row's identity, the first one where none is named, and why there is none."""
        sessions = self._sender.sessions
        if row.identity and row.identity not in sessions:
            return None, f"identity {row.identity} is not declared in the manifest."
        session = sessions[row.identity] if row.identity else next(iter(sessions.values()), None)
        if session:
            try:
                session.credentials()
            except LoginFailed as failure:
                return None, str(failure)
        return session, None


def _refusal(refusal: str | None) -> tuple[str, str]:
    """Return (reason, explanation): a refusal of one word is a reason, a sentence explains one."""
    text = refusal or "destructive"
    return (text, "refused by the probe plan.") if text.replace("_", "").isalnum() else ("destructive", text)


def _is_suspicious(outcome: Outcome | Skip) -> bool:
    return isinstance(outcome, Outcome) and any(e.outcome != ANSWERED for e in outcome.log.exchanges)
