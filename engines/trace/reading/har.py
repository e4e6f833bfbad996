"""HAR 1.2, what browsers and proxies record (http://www.softwareishard.com/blog/har-12-spec/): requests and answers.

Each entry is one request to the service at its host. What a request carried in its body is not kept.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from engines.trace.reading.documents import Damaged, elements
from engines.trace.reading.values import fields, members, refused, text, whole
from engines.trace.spans import SERVER, Batches, Item, Malformed, Untold

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OUTSIDE = Untold(
    "no_calls", "A HAR file records requests from outside: which services and functions they reached is not in it."
)


def read(path: Path) -> Iterator[Item]:
    """Yield a server span for each request of a file, and what of it cannot be read. Raises OSError."""
    batches, made = Batches(), Counter[int]()
    for element in elements(path, "log.entries", keys=("request",)):
        if isinstance(element, Damaged):
            yield element.refused()
            continue
        try:
            batch = _add(fields(element.value), made, batches)
        except Malformed as error:
            yield refused(str(error), element.value, element.origin)
        else:
            if batch is not None:
                yield batch
    if (rest := batches.rest()) is not None:
        yield rest
    yield _OUTSIDE


def _add(entry: Mapping[str, Any], made: Counter[int], batches: Batches) -> Item | None:
    request, response = fields(entry.get("request")), fields(entry.get("response"))
    method = text(request.get("method")).upper()
    if not request:
        raise Malformed("no entry of a HAR file: it has no request")
    if not method:
        raise Malformed("a request without a method")
    url = _url(text(request.get("url")))
    start = _time(text(entry.get("startedDateTime")))
    trace_id, span_id = _ids(f"{start} {method} {url.geturl()}", made)
    status = whole(response.get("status"))
    return batches.add(
        trace_id=_trace_id(request) or trace_id,
        span_id=span_id,
        name=method,
        kind=SERVER,
        start=start,
        end=start + _nanoseconds(entry.get("time")),
        is_error=status >= 500,
        resource={"service.name": url.netloc.rpartition("@")[2].lower()},
        attributes={
            "http.request.method": method,
            "url.path": url.path or "/",
            "url.query": url.query,
            "http.response.status_code": status,
        },
    )


def _ids(request: str, made: Counter[int]) -> tuple[bytes, int]:
    """Return ids, which the file has not: the same whenever and wherever it is read, and others for a request again."""
    digest = hashlib.sha256(request.encode("utf-8", "replace")).digest()
    number = int.from_bytes(digest[:8], "big")
    made[number] += 1
    if made[number] > 1:
        digest = hashlib.sha256(digest + made[number].to_bytes(8, "big")).digest()
    return digest[:16], int.from_bytes(digest[16:24], "big") or 1


def _url(address: str) -> SplitResult:
    try:
        url = urlsplit(address)
    except ValueError:
        url = SplitResult("", "", "", "", "")
    if url.scheme.lower() not in ("http", "https", "ws", "wss") or not url.netloc:
        raise Malformed(f"{address[:100]!r} asks no service: it is no address of HTTP")
    return url


def _trace_id(request: Mapping[str, Any]) -> bytes | None:
    """Return the trace that the request said to be part of (https://www.w3.org/TR/trace-context/)."""
    for header in map(fields, members(request.get("headers"))):
        if text(header.get("name")).lower() == "traceparent":
            parts = text(header.get("value")).split("-")
            try:
                trace_id = bytes.fromhex(parts[1]) if len(parts) >= 4 else b""
            except ValueError:
                trace_id = b""
            return trace_id if len(trace_id) == 16 and any(trace_id) else None
    return None


def _time(told: str) -> int:
    """Return nanoseconds since 1970, 0 where no time is told."""
    try:
        moment = datetime.fromisoformat(told)
        return max((moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // _EPOCH.resolution, 0) * 1_000
    except (ValueError, OverflowError):
        return 0


def _nanoseconds(milliseconds: Any) -> int:
    """Return a duration, at most some thirty years."""
    is_told = isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool)
    return round(min(milliseconds, 1e12) * 1_000_000) if is_told and milliseconds > 0 else 0
