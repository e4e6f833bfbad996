"""The trace formats, and which of them a file is of: the content tells, never the name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from engines.trace.reading import har, jaeger, otlp_json, otlp_protobuf, segment, tempo, zipkin
from engines.trace.reading.content import head
from engines.trace.reading.untold import Telling
from engines.trace.spans import Item


@dataclass(frozen=True, slots=True)
class Format:
    """A trace format: its name, whether the beginning of a file (inflated) is of it, and its reader."""

    name: str
    recognises: Callable[[bytes], bool]
    spans: Callable[[Path], Iterator[Item]]

    def read(self, path: Path) -> Iterator[Item]:
        """Yield what a file holds, and at the end what it does not tell. Raises OSError."""
        telling = Telling()
        for item in self.spans(path):
            if isinstance(item, pa.RecordBatch):
                telling.note(item)
            yield item
        yield from telling.untold()


_BEGINNING = re.compile(rb"(?:\A|\n)[\s\x1e\xef\xbb\xbf\xff\xfe]*[{\[]")  # of a document, if not in the first line
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r\x1e"))
_MOST_CONTROLS = 0.02  # of JSON that is damaged; protobuf has more, whatever texts are in it


def _keys(*needed: str) -> Callable[[bytes], bool]:
    """Recognise JSON by keys, each a choice of names."""
    patterns = [re.compile(rf'"(?:{names})"\s*:'.encode()) for names in needed]

    def recognises(start: bytes) -> bool:
        text = start.replace(b"\0", b"") if b"\0" in start[:4] else start  # of UTF-16 what is ASCII
        is_text = len(text.translate(None, _CONTROLS)) > len(text) * (1 - _MOST_CONTROLS)
        return is_text and _BEGINNING.search(text) is not None and all(pattern.search(text) for pattern in patterns)

    return recognises


FORMATS = (
    Format("recorded segment", segment.recognises, segment.read),
    Format("HAR", _keys("log", "entries|pages|creator", "request|startedDateTime|version"), har.read),
    Format("Jaeger", _keys("traceID", "spanID|operationName|references"), jaeger.read),
    Format("Tempo", _keys("batches|trace|result", "scopeSpans|instrumentationLibrarySpans|scope_spans"), tempo.read),
    Format("OTLP JSON", _keys("resourceSpans|resource_spans|scopeSpans|scope_spans"), otlp_json.read),
    Format("Zipkin", _keys("traceId", "id", "localEndpoint|timestamp|kind|name|annotations"), zipkin.read),
    Format("OTLP protobuf", otlp_protobuf.recognises, otlp_protobuf.read),
)


def recognise(path: Path) -> Format | None:
    """Return the format of a file or of a folder of segments, `None` for what is no trace. Raises OSError."""
    if path.is_dir():
        return FORMATS[0]
    start = head(path)
    return next((one for one in FORMATS if one.recognises(start)), None)
