"""The fuzzer: one boofuzz session of malformed raw HTTP against one service, each case traced and judged.

boofuzz generates, connects and iterates (https://boofuzz.readthedocs.io/); its database goes to a folder that vanishes
with the session, its web page and its loggers stay off.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from boofuzz import BaseMonitor, Group, Request, Session, Static
from boofuzz import Target as WireTarget

from engines.canary import trace_id, traceparent
from engines.contract import Case, EngineError, Exerciser, Record, Rule, Skip, Target, Technique, stable_id
from engines.fuzz.connection import ANSWERED, CLOSED, HANG, NO_CONNECTION, Answer, WireConnection
from engines.fuzz.elements import Element, cut, elements
from engines.redact import bounded, printable
from engines.scope import OutOfScope, Scope, client

MOST_REQUEST = 1_500  # characters of a request that are kept
_LEAST_LIBRARY = 6
_CHECKS, _PAUSE = 4, 0.5  # a service is down when it stays silent so often, so many seconds apart
_CORRECT = frozenset({501, 505})  # the standard's own answers to an unknown method or version


class _Stop(Exception):
    def __init__(self, reason: str, explanation: str) -> None:
        super().__init__(explanation)
        self.reason, self.explanation = reason, explanation


class FuzzEngine:
    """Fuzzes the raw HTTP of `target.base_url`, at most `limit` cases in at most `seconds`.

    A complete request without answer within `patience` seconds is a hang. Anomalies are sent once more before they
    are believed.
    """

    name = "boofuzz"
    version = "1"
    technique = Technique.FUZZ

    def __init__(
        self,
        scope: Scope,
        assessment: int,
        health_path: str = "/",
        limit: int = 120,
        seconds: float = 40,
        patience: float = 2.0,
    ) -> None:
        self._scope, self._assessment, self._health_path = scope, assessment, health_path
        self._limit, self._seconds, self._patience = limit, seconds, patience

    def run(self, target: Target, rules: Sequence[Rule] = ()) -> Iterator[Record]:
        """Yield a `Case` for every request sent and a `Skip` for whatever was not. Rules play no part."""
        parts = urlsplit(target.base_url or "")
        if not parts.hostname:
            yield _skip(target, "no_base_url", "Not deployed on staging: the manifest names no base_url.")
            return
        if parts.scheme != "http":
            yield _skip(target, "not_applicable", "Raw HTTP is fuzzed without TLS only; name an http base_url.")
            return
        port = parts.port or 80
        library = max(_LEAST_LIBRARY, self._limit // 10)  # the larger the session, the more of boofuzz's own strings
        all_elements = elements(parts.netloc, parts.path.rstrip("/") + self._health_path, library)
        kept, dropped = cut(all_elements, self._limit)
        for element, count in dropped.items():
            yield Skip(
                target.service, Technique.FUZZ, "case", element, "limit", f"{count} cases of {element} left out."
            )
        with client(self._scope, target.service, seconds=self._patience) as http:
            watch = _Watch(self._scope, http, target, self._assessment, self._health_path, self._seconds)
            connection = WireConnection(watch.admit, port, self._patience, min(0.3, self._patience))
            yield from watch.judged(kept, connection)


@dataclass(frozen=True)
class _Verdict:
    outcome: str
    is_anomaly: bool
    explanation: str


class _Watch(BaseMonitor):
    """Names each case before boofuzz sends it, judges it afterwards, and stops when the service is gone."""

    def __init__(
        self, scope: Scope, http: httpx.Client, target: Target, assessment: int, health_path: str, seconds: float
    ) -> None:
        super().__init__()
        self._scope, self._http, self._target, self._assessment = scope, http, target, assessment
        self._health_path, self._deadline = health_path, time.monotonic() + seconds
        self._url = (target.base_url or "").rstrip("/") + health_path
        self._refusal: OutOfScope | None = None
        self.cases: list[Case] = []

    def judged(self, kept: Sequence[Element], connection: WireConnection) -> Iterator[Record]:
        """Send all cases of the elements and yield them; then what was left out when it had to stop."""
        self._connection = connection
        try:
            if not self._is_well():
                yield _skip(self._target, "health", f"GET {self._health_path} was not answered before the first case.")
                return
            with tempfile.TemporaryDirectory(prefix="leadline-fuzz-") as folder:
                _session(self, kept, connection, Path(folder)).fuzz(max_depth=1)
            stopped = None
        except _Stop as stop:
            stopped = stop
        except OutOfScope as refusal:
            stopped = _Stop(refusal.reason, str(refusal))
        finally:
            connection.close()
        yield from self.cases
        left = sum(len(element.values) for element in kept) - len(self.cases)
        if stopped and left:
            yield _skip(self._target, stopped.reason, f"{left} cases not sent: {stopped.explanation}")
        elif left:
            raise EngineError(
                f"boofuzz left out {left} cases without a reason; report this with the version of boofuzz."
            )

    def admit(self) -> str:
        """Return the address to connect to, once the scope agrees."""
        return self._scope.admit("GET", self._url, self._target.service)

    def pre_send(self, target=None, fuzz_data_logger=None, session=None) -> None:
        """Give the case that comes next its trace."""
        self._case_id = stable_id(
            self._target.release_id, self._target.service, session.fuzz_node.name, session.mutant_index
        )
        self._trace = self._new_trace("first")

    def post_send(self, target=None, fuzz_data_logger=None, session=None) -> bool:
        """Judge the case that was sent."""
        answer, trace = self._connection.answer, self._trace
        verdict = self._verdict(answer)
        parts = (self._target.service, self._case_id, "GET", self._health_path, session.fuzz_node.name)
        request = bounded(printable(answer.message), MOST_REQUEST)
        self.cases.append(
            Case(*parts, request, trace, verdict.outcome, answer.status, answer.elapsed_ms, verdict.is_anomaly,
                 verdict.explanation)
        )  # fmt: skip
        if verdict.outcome == "service_down":
            raise _Stop("service_down", "the service no longer answers; restart it and look at the last case.")
        if time.monotonic() > self._deadline:
            raise _Stop("budget", "the time for fuzzing is over; allow more seconds.")
        return True

    def _verdict(self, answer: Answer) -> _Verdict:
        told = _told(answer)
        if told == ANSWERED:
            return _Verdict(ANSWERED, False, f"answered with {answer.status or 'no status line'}")
        if answer.is_waited_for and told == HANG:
            return _Verdict(CLOSED, False, "the request is incomplete and the service waits for the rest, as it may")
        if told == CLOSED and self._is_well():
            return _Verdict(CLOSED, False, "the service closed the connection without an answer")
        if told in (CLOSED, NO_CONNECTION):
            if self._recovers():
                return _Verdict(CLOSED, False, "the service was away for a moment")
            return _Verdict("service_down", True, "the service no longer answers after this request")
        if not self._recovers():
            return _Verdict("service_down", True, f"{told}, and the service no longer answers after this request")
        again = _told(self._sent_again(answer.message))
        if not self._recovers():
            return _Verdict("service_down", True, f"{told}, and the repetition took the service down")
        what = "no answer within the bound" if told == HANG else f"answered with {answer.status}"
        if again != told:
            return _Verdict(told, False, f"{what}, but the repetition ended as {again}")
        return _Verdict(told, True, f"{what}, confirmed by a repetition")

    def _sent_again(self, message: bytes) -> Answer:
        first = self._connection.traceparent
        self._new_trace("again")
        self._connection.close()
        self._connection.open()
        self._connection.send(message.replace(first, self._connection.traceparent))
        self._connection.recv(4_096)
        return self._connection.answer

    def _new_trace(self, what: str) -> str:
        trace = trace_id(Exerciser.FUZZ, self._target.release_id, self._assessment, self._case_id, what)
        self._connection.traceparent = traceparent(trace).encode()
        return trace

    def _recovers(self) -> bool:
        for attempt in range(_CHECKS):
            if self._is_well():
                return True
            if attempt + 1 < _CHECKS:
                time.sleep(_PAUSE)
        return False

    def _is_well(self) -> bool:
        try:
            return self._http.get(self._url).status_code < 500
        except httpx.HTTPError:
            return False


def _session(watch: _Watch, kept: Sequence[Element], connection: WireConnection, folder: Path) -> Session:
    session = Session(
        target=WireTarget(connection=connection, monitors=[watch]),
        db_filename=str(folder / "cases.db"),
        fuzz_db_keep_only_n_pass_cases=1,
        fuzz_loggers=[],
        web_port=None,
        keep_web_open=False,
        receive_data_after_fuzz=True,
        restart_sleep_time=0,
        restart_threshold=1,
        crash_threshold_request=10**6,
        crash_threshold_element=10**6,
    )
    for element in kept:
        # The first value of a Group is its default, never a mutation: an unused one keeps all of ours.
        values = [b"\x00unused\x00", *element.values]
        parts = [Static("before", element.before), Group("value", values), Static("after", element.after)]
        session.connect(Request(element.name, children=tuple(parts)))
    return session


def _told(answer: Answer) -> str:
    is_error = answer.status is not None and answer.status >= 500 and answer.status not in _CORRECT
    return "server_error" if answer.outcome == ANSWERED and is_error else answer.outcome


def _skip(target: Target, reason: str, explanation: str) -> Skip:
    return Skip(target.service, Technique.FUZZ, "service", target.service, reason, explanation)
