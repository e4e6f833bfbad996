"""Read JSON as one would with msgspec alone: typed objects, lists of values, columns. SOURCE TARGET."""

import gc
import sys

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from eighteen import ATTRIBUTES, COLUMNS


class Value(msgspec.Struct, gc=False):
    stringValue: str | None = None
    intValue: str | None = None


class Pair(msgspec.Struct, gc=False):
    key: str
    value: Value


class Status(msgspec.Struct, gc=False):
    code: int = 0


class Span(msgspec.Struct, gc=False):
    traceId: str
    spanId: str
    name: str
    kind: int
    startTimeUnixNano: str
    endTimeUnixNano: str
    status: Status
    attributes: list[Pair]
    parentSpanId: str = ""


class ScopeSpans(msgspec.Struct, gc=False):
    spans: list[Span]


class Resource(msgspec.Struct, gc=False):
    attributes: list[Pair]


class ResourceSpans(msgspec.Struct, gc=False):
    resource: Resource
    scopeSpans: list[ScopeSpans]


class Request(msgspec.Struct, gc=False):
    resourceSpans: list[ResourceSpans]


def main(source: str, target: str) -> None:
    """Decode line by line, and write a batch per 32 lines."""
    gc.disable()
    decoder = msgspec.json.Decoder(Request)
    rows: list[tuple] = []
    count = 0
    with pq.ParquetWriter(target, COLUMNS, compression="zstd") as writer, open(source, "rb") as file:

        def flush() -> None:
            columns = zip(*rows, strict=True)
            writer.write_batch(pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, COLUMNS, strict=True)],
                                               schema=COLUMNS))  # fmt: skip
            rows.clear()

        for line in file:
            for of_resource in decoder.decode(line).resourceSpans:
                service = next(p.value.stringValue for p in of_resource.resource.attributes if p.key == "service.name")
                for of_scope in of_resource.scopeSpans:
                    for span in of_scope.spans:
                        told = {pair.key: pair.value.stringValue or pair.value.intValue for pair in span.attributes}
                        rows.append(
                            (bytes.fromhex(span.traceId), int(span.spanId, 16), int(span.parentSpanId or "0", 16),
                             service, span.name, span.kind, int(span.startTimeUnixNano), int(span.endTimeUnixNano),
                             span.status.code,
                             *(int(told[key]) if kind == "number" and key in told else told.get(key)
                               for key, kind in ATTRIBUTES))
                        )  # fmt: skip
            if len(rows) > 16_000:
                count += len(rows)
                flush()
        count += len(rows)
        if rows:
            flush()
    print(count)


main(*sys.argv[1:])
