"""Sends the requests of attempts, each with its own trace and canary, and keeps what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import httpx

from engines.canary import canary, trace_id, traceparent
from engines.contract import Exerciser, Probe
from engines.dynamic.exchange import ERROR, Exchange, clean, curl, send
from engines.dynamic.plan import PlanRow
from engines.identities import Session
from engines.scope import SAFE_METHODS, Scope, client

Build = Callable[[httpx.Client, Mapping[str, str]], httpx.Request]

_MOST_URL = 2_000  # characters of a recorded address


class Sender:
    """The way out of one run: one client a service, one user agent that says who we are."""

    def __init__(
        self,
        release_id: str,
        assessment: int,
        base_urls: Mapping[str, str],
        sessions: Mapping[str, Session],
        scope: Scope,
        user_agent: str,
        seconds: float,
    ) -> None:
        self.release_id, self.assessment, self.base_urls, self.seconds = release_id, assessment, base_urls, seconds
        self.sessions, self.scope, self._user_agent = sessions, scope, user_agent
        self._clients = {service: client(scope, service, seconds=seconds) for service in base_urls}

    def close(self) -> None:
        """Close all connections."""
        for each in self._clients.values():
            each.close()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must not land."""
        return tuple(secret for session in self.sessions.values() for secret in session.secrets)

    def get(self, service: str, path: str) -> Exchange:
        """Send a plain GET without identity that belongs to no attempt."""
        http = self._clients[service]
        request = http.build_request("GET", self.base_urls[service].rstrip("/") + path, headers=self._headers("", None))
        return send(http, request, self.seconds, attempts=2)

    def exchange(self, service: str, build: Build, probe: Exchange, session: Session | None) -> Exchange:
        """Send one request and return `probe` completed by what was sent and answered.

        Raises `OutOfScope` when the gate refuses it and `LoginFailed` when the identity has no session.
        """
        http = self._clients[service]
        credentials = session.credentials() if session else {}
        try:
            request = build(http, self._headers(probe.trace_id, session))
        except ValueError as error:
            return replace(probe, outcome=ERROR, body=str(error))
        result = send(http, request, self.seconds, attempts=2 if request.method in SAFE_METHODS else 1)
        return replace(
            result,
            role=probe.role,
            ordinal=probe.ordinal,
            value=probe.value,
            canary=probe.canary,
            trace_id=probe.trace_id,
            method=request.method,
            url=str(request.url),
            curl=curl(request, session.placeholder() if session else {}, self.secrets),
            sent=credentials,
        )

    def _headers(self, trace: str, session: Session | None) -> dict[str, str]:
        headers = {"User-Agent": self._user_agent}
        if trace:
            headers["traceparent"] = traceparent(trace)
        return {**headers, **(session.credentials() if session else {})}


class AttemptLog:
    """The exchanges of one attempt, in the order in which they were sent."""

    def __init__(self, row: PlanRow, sender: Sender) -> None:
        self.row, self._sender = row, sender
        self.exchanges: list[Exchange] = []

    def canary(self, role: str) -> str:
        """Return the canary of a role: the same whenever the role is repeated."""
        return canary(self._sender.release_id, self._sender.assessment, self.row.attempt_id, role)

    def send(self, role: str, value: str, build: Build, session: Session | None, service: str = "") -> Exchange:
        """Send a request in this role and keep the exchange; `service` where it is not the attempt's own."""
        ordinal = len(self.exchanges)
        seed = (self._sender.release_id, self._sender.assessment, self.row.attempt_id, role, ordinal)
        trace = trace_id(Exerciser.DAST, *seed)
        probe = Exchange(role=role, ordinal=ordinal, value=value, canary=self.canary(role), trace_id=trace)
        done = self._sender.exchange(service or self.row.service, build, probe, session)
        self.exchanges.append(done)
        return done

    def by_role(self, role: str) -> list[Exchange]:
        """Return the exchanges of a role."""
        return [exchange for exchange in self.exchanges if exchange.role == role]

    def probes(self) -> Iterator[Probe]:
        """Yield the exchanges as records, free of secrets."""
        secrets = self._sender.secrets
        for exchange in self.exchanges:
            yield Probe(
                service=self.row.service,
                attempt_id=self.row.attempt_id,
                role=exchange.role,
                ordinal=exchange.ordinal,
                trace_id=exchange.trace_id,
                canary=exchange.canary,
                method=exchange.method,
                url=clean(exchange.url, secrets)[:_MOST_URL],
                curl=exchange.curl,
                outcome=exchange.outcome,
                status=exchange.status,
                elapsed_ms=exchange.elapsed_ms,
                response_bytes=exchange.size,
                response_excerpt=exchange.excerpt(secrets),
            )
