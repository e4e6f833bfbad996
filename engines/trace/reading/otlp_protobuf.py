"""OTLP as protobuf in files: requests behind their lengths, as the Collector's file exporter and others write, or bare.

The exporter (https://pkg.go.dev/github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter) puts
four bytes before each request, and, told to compress, compresses each on its own, JSON as well. Protobuf's own habit is
a varint before each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from engines.trace.reading import otlp_json
from engines.trace.reading.content import Broken, chunks, head, is_packed
from engines.trace.reading.otlp_bodies import Packed, spans_of
from engines.trace.reading.otlp_requests import NO_REQUEST, Body, cut
from engines.trace.reading.otlp_wire import Stream
from engines.trace.spans import Item, Malformed, Refused
from engines.trace.spool import MAX_BODY

# What a message may begin with: tag → what the field holds, its exact length, or `None` for what is not looked into.
_KEY_VALUE: dict[int, Any] = {0x0A: None, 0x12: None}
_RESOURCE = {0x0A: _KEY_VALUE, 0x10: None, 0x1A: None}
_SCOPE = {0x0A: None, 0x12: None, 0x1A: _KEY_VALUE, 0x20: None}
_SPAN = {0x0A: 16}
_SCOPE_SPANS = {0x0A: _SCOPE, 0x12: _SPAN, 0x1A: None}
_RESOURCE_SPANS = {0x0A: _RESOURCE, 0x12: _SCOPE_SPANS, 0x1A: None}
_REQUEST = {0x0A: _RESOURCE_SPANS}


def recognises(start: bytes) -> bool:
    """Whether a file that begins like this holds OTLP as protobuf."""
    return begins_request(start) or _length_of(start) is not None


def read(path: Path) -> Iterator[Item]:
    """Yield the spans of a file, plain, gzip or zstd, and what of it is none. Raises OSError."""
    start, stream = head(path), Stream(chunks(path))
    length_of = None if begins_request(start) else _length_of(start)
    if length_of is None:
        yield from spans_of(cut(stream, None, path.name))
    else:
        yield from spans_of(_messages(stream, length_of, path.name))


def begins_request(content: bytes) -> bool:
    """Whether bytes, which may end early, begin like a request: by its first field, the first one in it, and so on."""
    stream, fields, end, depth = Stream(iter([content])), _REQUEST, None, 0
    while (tag := stream.take(1)) and tag[0] in fields:
        inner = fields[tag[0]]
        if inner is None:
            return True
        try:
            length = stream.varint()
        except Malformed:
            return False
        if length is None:
            break
        if end is not None and stream.at + length > end or isinstance(inner, int) and inner != length:
            return False
        if length == 0 or isinstance(inner, int):
            return True
        fields, end, depth = inner, stream.at + length, depth + 1
    return not tag and depth > 1


def _begins_message(content: bytes) -> bool:
    return begins_request(content) or is_packed(content) or otlp_json.recognises(content)


def _length_of(start: bytes) -> Callable[[Stream], int | None] | None:
    """Return how the lengths before requests are read, `None` where there are none."""
    for length_of in (_four_bytes, Stream.varint):
        stream = Stream(iter([start]))
        try:
            for _ in range(2):  # the first may be damaged
                length = length_of(stream)
                if length and _begins_message(start[stream.at : stream.at + length]):
                    return length_of
                stream.skip(length or 0)
        except Malformed:
            continue
    return None


def _four_bytes(stream: Stream) -> int | None:
    content = stream.take(4)
    if 0 < len(content) < 4:
        raise Malformed("truncated within a length")
    return int.from_bytes(content, "big") if content else None


def _messages(
    stream: Stream, length_of: Callable[[Stream], int | None], name: str
) -> Iterator[Packed | Body | Refused]:
    """Yield the requests behind their lengths. A corrupt length leaves no way to the next one: reading ends there."""
    at, odd = 0, None
    try:
        while (length := length_of(stream)) is not None:
            origin, begin = f"{name}@{at}", stream.at
            if length > MAX_BODY:
                yield from cut(stream, length, origin)
                stream.skip(begin + length - stream.at)
            elif length:
                content = stream.whole(length)
                if _begins_message(content):
                    yield from [odd, Packed(content, origin)] if odd else [Packed(content, origin)]
                    odd = None
                elif odd:
                    raise Malformed("a wrong length, as no request begins behind it")
                else:  # damaged itself, if a request follows it or nothing does
                    odd = Packed(content, origin)
            at = at if odd else stream.at
        if odd:
            yield odd
    except (Malformed, Broken) as error:
        yield Refused(f"{NO_REQUEST} from byte {at} on, where reading ends: {error}", b"", f"{name}@{at}")
