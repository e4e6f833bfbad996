"""OTLP requests that come one after another, protobuf and JSON among each other, each compressed or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from engines.trace.reading import otlp_json_requests, otlp_requests
from engines.trace.reading.content import Broken, inflated
from engines.trace.reading.otlp_requests import SHOWN, Body
from engines.trace.spans import Item, Refused
from engines.trace.spool import MAX_BODY


@dataclass(frozen=True, slots=True)
class Packed:
    """A request as it came; `is_json` says what it is when inflated, and `None` that its first byte does."""

    content: bytes
    origin: str
    is_json: bool | None = None


def spans_of(bodies: Iterable[Packed | Body | Refused]) -> Iterator[Item]:
    """Yield the spans of requests in turn. A `Body` is protobuf."""
    for is_json, group in groupby(map(_unpacked, bodies), lambda one: one[0]):
        reader = otlp_json_requests if is_json else otlp_requests
        yield from reader.spans_of(body for _, body in group)


def _unpacked(body: Packed | Body | Refused) -> tuple[bool, Body | Refused]:
    if not isinstance(body, Packed):
        return False, body
    try:
        content = inflated(body.content, MAX_BODY)
    except Broken as broken:
        return False, Refused(str(broken), body.content[:SHOWN], body.origin)
    is_json = content[:1] == b"{" if body.is_json is None else body.is_json
    return is_json, Body(content, body.origin)
