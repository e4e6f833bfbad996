"""The scenario `object_access`: can a stranger read what only its owner may read (OWASP API1, CWE-639)?

The owner reads an object of its own; a stranger reads the same, then one that does not exist; nobody in particular
reads it too. The stranger's answer equal to the owner's, and unlike that for the missing object, is the proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import httpx

from engines.contract import Rule
from engines.dynamic.build import build, path_parameters
from engines.dynamic.compare import alike
from engines.dynamic.exchange import ANSWERED, Exchange
from engines.dynamic.matchers import Seen
from engines.dynamic.outcome import Outcome, carried_out
from engines.dynamic.plan import PlanRow
from engines.dynamic.sender import AttemptLog, Sender
from engines.identities import Session
from engines.scope import SAFE_METHODS

SCENARIO = "object_access"
MOST_REQUESTS = 8


class ObjectAccess:
    """Carries out plan rows of the scenario with the identities of the manifest."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def run(self, row: PlanRow, rule: Rule, session: Session | None = None) -> Outcome:
        """Return what the stranger saw. `session` is not used: the scenario picks its own."""
        return carried_out(AttemptLog(row, self._sender), self._carry_out)

    def _owned(self, row: PlanRow) -> tuple[Session, Session | None, str] | None:
        """Return (owner, stranger, object id) for the row's endpoint, the first that the manifest names."""
        key = f"{row.service} {row.route}"
        for owner in self._sender.sessions.values():
            for object_id in owner.spec.owns.get(key, ()):
                others = (s for s in self._sender.sessions.values() if object_id not in s.spec.owns.get(key, ()))
                return owner, next(others, None), object_id
        return None

    def _carry_out(self, outcome: Outcome) -> None:
        row, owned = outcome.log.row, self._owned(outcome.log.row)
        if row.method not in SAFE_METHODS:
            outcome.stopped = ("not_applicable", "the scenario reads objects; this endpoint changes them.")
        elif owned is None:
            outcome.stopped = ("no_owned_object", "no identity owns an object here; name one under identities.*.owns.")
        elif owned[1] is None:
            outcome.stopped = ("no_session", "needs an identity that does not own the object; declare another one.")
        else:
            self._compare(outcome, owned[0], owned[1], owned[2])

    def _compare(self, outcome: Outcome, owner: Session, stranger: Session, object_id: str) -> None:
        log, outcome.identity = outcome.log, owner.name
        own = self._read(log, "owner", object_id, owner)
        if not _is_success(own):
            outcome.stopped = (
                "endpoint_refused",
                f"{owner.name} got {own.status or own.outcome} for object {object_id} of its own; correct owns.",
            )
            return
        foreign = self._read(log, "stranger", object_id, stranger)
        missing = self._read(log, "missing", log.canary("missing"), stranger)
        anonymous = self._read(log, "anonymous", object_id, None)
        outcome.is_complete = True
        own, foreign, missing, anonymous = (
            _impersonal(answer, (*owner.spoken_names, *stranger.spoken_names))
            for answer in (own, foreign, missing, anonymous)
        )
        outcome.is_sound = not alike([own, missing])
        if not outcome.is_sound:
            return
        if _is_success(anonymous) and alike([own, anonymous]):
            explanation = f"Object {object_id} of {owner.name} is given to anybody, without any identity."
            outcome.seen.append(("unprotected", Seen(explanation, anonymous.body[:300])))
        elif _is_success(foreign) and alike([own, foreign]):
            explanation = (
                f"{stranger.name} reads object {object_id} of {owner.name} with the same answer as its owner; "
                f"without identity the answer is {anonymous.status or anonymous.outcome}."
            )
            outcome.seen.append((SCENARIO, Seen(explanation, foreign.body[:300])))

    def _read(self, log: AttemptLog, role: str, object_id: str, session: Session | None) -> Exchange:
        row = _at_object(log.row)
        base_url = self._sender.base_urls[row.service]

        def request(http: httpx.Client, headers: Mapping[str, str]) -> httpx.Request:
            return build(http, row, base_url, object_id, headers)

        answer = log.send(role, object_id, request, session)
        if answer.status == 401 and session and session.renew(answer.sent):
            answer = log.send(role, object_id, request, session)
        return answer


def _at_object(row: PlanRow) -> PlanRow:
    """Return the row with the object's parameter: its own, or else the last of the path."""
    if row.parameter or not path_parameters(row.route):
        return row
    return replace(row, parameter=path_parameters(row.route)[-1], place="path")


def _impersonal(answer: Exchange, names: tuple[str, ...]) -> Exchange:
    """Return the answer without the names by which a page addresses whoever reads it."""
    body = answer.body
    for name in names:
        body = body.replace(name, "…") if len(name) > 2 else body
    return replace(answer, body=body)


def _is_success(exchange: Exchange) -> bool:
    return exchange.outcome == ANSWERED and 200 <= (exchange.status or 0) < 300
