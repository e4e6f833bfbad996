"""Where traces come from: a segment of ours or an OTLP file, recognised by content, read within bounds."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

from engines.contract import EngineError
from engines.trace import otlp, spans, spool

MAX_INFLATED = 1024 * 1024 * 1024  # bytes of a file when inflated
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Payload:
    """One OTLP request: protobuf bytes or a decoded JSON object, and where it stood."""

    content: bytes | dict[str, Any]
    origin: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is no OTLP request, with the bytes as they came."""

    reason: str
    content: bytes
    origin: str


def payloads(path: Path, max_inflated: int = MAX_INFLATED) -> Iterator[Payload | Refused]:
    """Yield every OTLP request of a segment or file in order.

    Read are: segments, and OTLP as protobuf or JSON (one document or one a line), plain, gzip or zstd; of a directory
    its segments. Raises `EngineError` when nothing can be read.
    """
    if path.is_dir():
        segments = sorted(path.glob("*.otlp"))
        if not segments:
            raise EngineError(f"The directory {path.name} holds no segment (*.otlp); name the one that was recorded.")
        for segment in segments:
            yield from payloads(segment, max_inflated)
        return
    try:
        is_segment = spool.is_segment(path)
        items = _of_segment(path, max_inflated) if is_segment else _of_file(path, max_inflated)
        yield from items
    except OSError as error:
        raise EngineError(f"Cannot read the traces {path.name}: {error.strerror}; does the file exist?") from error


def _of_segment(path: Path, limit: int) -> Iterator[Payload | Refused]:
    for part in spool.frames_in(path):
        origin = f"{path.name}@{part.offset}"
        if isinstance(part, spool.Damage):
            yield Refused(f"damaged segment: {part.reason} ({part.length} bytes)", b"", origin)
            continue
        body, problem = part.body, None
        if part.encoding & spool.GZIP:
            body, problem = inflated(part.body, min(limit, spool.MAX_BODY))
        if problem:
            yield Refused(problem, part.body[:200], origin)
        elif part.encoding & spool.JSON:
            yield from _json_documents(body, origin)
        else:
            yield Payload(body, origin)


def _of_file(path: Path, limit: int) -> Iterator[Payload | Refused]:
    if path.stat().st_size > limit:
        raise EngineError(f"{path.name} is larger than {limit} bytes; split the recording.")
    content, problem = inflated(path.read_bytes(), limit)
    if not content.strip():
        raise EngineError(f"{path.name} holds no traces ({problem or 'it is empty'}); record it again.")
    if content.lstrip()[:1] in (b"{", b"["):
        found = list(_json_documents(content, path.name))
    else:
        found = [Payload(part, path.name) for part in _delimited(content)] or [Payload(content, path.name)]
    if problem:
        found = [item for item in found if isinstance(item, Payload)]
        if not found:
            raise EngineError(f"{path.name} holds no whole OTLP request ({problem}); record it again.")
        found.append(Refused(problem, b"", path.name))
    yield from found


def inflated(content: bytes, limit: int) -> tuple[bytes, str | None]:
    """Return gzip or zstd content inflated as far as it goes within `limit` bytes, and what was wrong, if anything."""
    out = bytearray()
    try:
        for chunk in _inflated_chunks(content):
            out += chunk
            if len(out) > limit:
                return b"", f"more than {limit} bytes when inflated"
    except (zlib.error, zstandard.ZstdError, EOFError) as error:
        return bytes(out), f"truncated or broken compression: {error}"
    return bytes(out), None


def _inflated_chunks(content: bytes) -> Iterator[bytes]:
    if content[:2] == b"\x1f\x8b":
        while content:
            inflater = zlib.decompressobj(wbits=31)
            data = content
            while data and not inflater.eof:
                yield inflater.decompress(data, _CHUNK)
                data = inflater.unconsumed_tail
            if not inflater.eof:
                raise EOFError("the end is missing")
            content = inflater.unused_data  # gzip members may follow each other
    elif content[:4] == b"\x28\xb5\x2f\xfd":
        unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        with unpacker.stream_reader(content, read_across_frames=True) as reader:
            while chunk := reader.read(_CHUNK):  # a missing end shows as a request that cannot be decoded
                yield chunk
    else:
        yield content


def _delimited(content: bytes) -> list[bytes]:
    """Return the messages of a file with 4-byte length prefixes (the Collector's file exporter), [] when it is none."""
    parts, at = [], 0
    while at + 4 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if length == 0 or at + 4 + length > len(content):
            return []
        parts.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return parts if at == len(content) else []


def _json_documents(content: bytes, origin: str) -> Iterator[Payload | Refused]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        documents = enumerate(content.split(b"\n"), 1)
        for number, line in documents:
            if line.strip():
                yield from _json_line(line, f"{origin}:{number}")
        return
    for part in document if isinstance(document, list) else [document]:
        yield _json_payload(part, content, origin)


def _json_line(line: bytes, origin: str) -> Iterator[Payload | Refused]:
    try:
        yield _json_payload(json.loads(line), line, origin)
    except (ValueError, RecursionError) as error:
        yield Refused(f"not JSON: {error}", line[:2_000], origin)


def _json_payload(document: Any, content: bytes, origin: str) -> Payload | Refused:
    if isinstance(document, dict):
        return Payload(document, origin)
    return Refused("not a JSON object", content[:2_000], origin)


def items(path: Path) -> Iterator[spans.Item]:
    """Yield the spans of a recording as batches, and what was refused or dropped."""
    batches = spans.Batches()
    for payload in payloads(path):
        if isinstance(payload, Refused):
            yield spans.Refused(payload.reason, payload.content, payload.origin)
            continue
        try:
            for told in otlp.spans_of(payload.content):
                if isinstance(told, otlp.Malformed):
                    yield spans.Refused(str(told), b"", payload.origin)
                elif isinstance(told, otlp.Span):
                    full = batches.add(
                        trace_id=bytes.fromhex(told.trace_id), span_id=int(told.span_id, 16),
                        parent_id=int(told.parent_id or "0", 16), scope=told.scope, name=told.name, kind=told.kind,
                        start=told.start, link=told.link, trace_state=told.trace_state, resource=told.resource,
                        attributes=told.attributes,
                    )  # fmt: skip
                    if full:
                        yield full
                elif isinstance(dropped := told.get("leadline.dropped"), int) and 0 < dropped < 2**32:
                    yield spans.Dropped(str(told.get("service.name") or "unknown"), dropped)
        except otlp.Malformed as error:
            content = payload.content if isinstance(payload.content, bytes) else repr(payload.content)[:2_000].encode()
            yield spans.Refused(str(error), content[:2_000], payload.origin)
    if rest := batches.rest():
        yield rest
