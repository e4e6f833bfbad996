"""One request and its answer, as plain values: what matchers judge and what probes record."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from engines.redact import bounded, printable, redact

MOST_BYTES = 1_000_000  # of an answer that are read; more is left on the wire
MOST_EXCERPT = 2_000  # characters of an answer that are kept

ANSWERED, TIMEOUT, REFUSED, ERROR = "answered", "timeout", "refused", "error"


@dataclass(frozen=True)
class Exchange:
    """A request with its answer. Header names are lower case; `value` and `canary` are what the probe brought in."""

    role: str = ""
    ordinal: int = 0
    value: str = ""
    canary: str = ""
    trace_id: str = ""
    method: str = "GET"
    url: str = ""
    curl: str = ""
    outcome: str = ANSWERED
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    size: int = 0
    elapsed_ms: float = 0.0
    sent: Mapping[str, str] = field(default_factory=dict)  # the credentials that went along

    @classmethod
    def of_sample(cls, sample: Mapping[str, Any]) -> Exchange:
        """Return the exchange that a rule's sample describes: role, value, canary, url, status, headers, body."""
        headers = tuple((str(k).lower(), str(v)) for k, v in (sample.get("headers") or {}).items())
        texts = {key: str(sample[key]) for key in ("role", "value", "canary", "method", "url", "body") if key in sample}
        ordinal = int(sample.get("ordinal", 0))
        return cls(ordinal=ordinal, status=int(sample.get("status", 200)), headers=headers, **texts)

    def header(self, name: str) -> str | None:
        """Return the first header of this name."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def is_html(self) -> bool:
        """Whether a browser shows the answer as a document that can hold script."""
        declared = (self.header("content-type") or "").split(";")[0].strip().lower()
        if declared:
            return declared in ("text/html", "application/xhtml+xml", "image/svg+xml")
        sniffs = (self.header("x-content-type-options") or "").strip().lower() != "nosniff"
        return sniffs and self.body.lstrip()[:1] == "<"

    def excerpt(self, secrets: tuple[str, ...] = ()) -> str:
        """Return the beginning of the answer (and its Location), free of secrets and control characters."""
        location = self.header("location")
        text = (f"Location: {location}\n" if location else "") + self.body[: 2 * MOST_EXCERPT]
        return bounded(printable(clean(text, secrets)), MOST_EXCERPT)


def clean(text: str, secrets: tuple[str, ...]) -> str:
    """Return the text without secrets: those that are known and those that look like one."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "[redacted]") if len(secret) > 3 else text
    return redact(text)


def send(http: httpx.Client, request: httpx.Request, seconds: float, attempts: int = 1) -> Exchange:
    """Send a request, bounded in time and size, and return what came of it; `attempts` counts for connection errors.

    A request that the scope refuses raises `engines.scope.OutOfScope`.
    """
    started = time.monotonic()
    try:
        answer = http.send(request, stream=True)
        try:
            body, size = _read(answer, started + seconds)
        finally:
            answer.close()
    except httpx.TimeoutException:
        return Exchange(outcome=TIMEOUT, elapsed_ms=_since(started))
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        if attempts > 1:
            return send(http, request, seconds, attempts - 1)
        outcome = REFUSED if isinstance(error, httpx.ConnectError) else ERROR
        return Exchange(outcome=outcome, elapsed_ms=_since(started))
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        return Exchange(outcome=ERROR, elapsed_ms=_since(started))
    headers = tuple((k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in answer.headers.raw)
    text = body.decode(_charset(answer), "replace")
    return Exchange(status=answer.status_code, headers=headers, body=text, size=size, elapsed_ms=_since(started))


def curl(request: httpx.Request, hidden: Mapping[str, str], secrets: tuple[str, ...]) -> str:
    """Return a command that replays the request; headers of `hidden` show its text (`$ALICE_TOKEN`) for the secret."""
    shown = {key.lower(): value for key, value in hidden.items()}
    words = ["curl", "-i", "--path-as-is"] + ([] if request.method == "GET" else ["-X", request.method])
    words.append(shlex.quote(clean(str(request.url), secrets)))
    for key, value in request.headers.items():
        if key in ("host", "accept", "accept-encoding", "connection", "content-length"):
            continue
        if key in shown:  # in double quotes, so that the shell fills the variable in
            words += [
                "-H",
                '"' + f"{key}: {shown[key]}".replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`") + '"',
            ]
        else:
            words += ["-H", shlex.quote(clean(f"{key}: {value}", secrets))]
    body = request.content.decode("utf-8", "replace")
    if body:
        words += ["--data-binary", shlex.quote(clean(body, secrets))]
    return bounded(" ".join(words), 4_000)


def _read(answer: httpx.Response, deadline: float) -> tuple[bytes, int]:
    chunks, size = [], 0
    for chunk in answer.iter_bytes():
        chunks.append(chunk[: max(MOST_BYTES - size, 0)])
        size += len(chunk)
        if size >= MOST_BYTES:
            break
        if time.monotonic() > deadline:  # drip-fed answers never run into the read timeout
            raise httpx.ReadTimeout("The answer took too long as a whole.")
    return b"".join(chunks), size


def _charset(answer: httpx.Response) -> str:
    try:
        return "utf-8" if not answer.charset_encoding else _known(answer.charset_encoding)
    except LookupError:
        return "utf-8"


def _known(name: str) -> str:
    b"".decode(name)
    return name


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
