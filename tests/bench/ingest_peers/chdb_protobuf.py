"""Read protobuf as one would with chdb (ClickHouse), into Parquet: SOURCE (each request behind a varint) TARGET."""

import sys
import tempfile
from pathlib import Path

from chdb import session
from eighteen import ATTRIBUTES

SCHEMA = """syntax = "proto3";
message AnyValue { oneof value { string text = 1; int64 number = 3; } }
message KeyValue { string key = 1; AnyValue value = 2; }
message Status { uint32 code = 3; }
message Span { bytes trace_id = 1; bytes span_id = 2; bytes parent_id = 4; string name = 5; uint32 kind = 6;
  fixed64 start = 7; fixed64 end = 8; repeated KeyValue attributes = 9; Status status = 15; }
message ScopeSpans { repeated Span spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Request { repeated ResourceSpans resource_spans = 1; }
"""
PAIRS = "Array(Tuple(key String, value Tuple(text String, number Int64)))"
SPAN = f"""Tuple(trace_id String, span_id String, parent_id String, name String, kind UInt8, start UInt64, "end" UInt64,
    status Tuple(code UInt8), attributes {PAIRS})"""
TYPE = f"Array(Tuple(resource Tuple(attributes {PAIRS}), scope_spans Array(Tuple(spans Array({SPAN})))))"


def picked(key: str, kind: str) -> str:
    """Return the SQL of one attribute as a column."""
    place = f"indexOf(keys, '{key}')"
    told = f"if({place} = 0, NULL, texts[{place}])" if kind == "text" else f"numbers[{place}]::UInt32"
    return f"{told} AS {key.replace('.', '_')}"


def main(source: str, target: str) -> None:
    """Convert the file in one statement."""
    schema = Path(tempfile.mkdtemp()) / "otlp.proto"
    schema.write_text(SCHEMA)
    chdb = session.Session()
    chdb.query(f"""
        INSERT INTO FUNCTION file('{target}', Parquet)
        WITH s.attributes.key AS keys, s.attributes.value.text AS texts, s.attributes.value.number AS numbers
        SELECT s.trace_id::FixedString(16) AS trace_id, reinterpretAsUInt64(reverse(s.span_id)) AS span_id,
            reinterpretAsUInt64(reverse(s.parent_id)) AS parent_id, service, s.name AS name, s.kind AS kind,
            s.start AS start, s."end" AS "end", s.status.code AS status,
            {", ".join(picked(*one) for one in ATTRIBUTES)}
        FROM (
            SELECT arrayJoin(arrayJoin(r.scope_spans).spans) AS s,
                arrayFirst(a -> a.key = 'service.name', r.resource.attributes).value.text AS service
            FROM (SELECT arrayJoin(resource_spans) AS r
                  FROM file('{source}', Protobuf, 'resource_spans {TYPE}'))
        )
        SETTINGS engine_file_truncate_on_insert = 1, format_schema = '{schema}:Request'
    """)
    print(chdb.query(f"SELECT count() FROM file('{target}', Parquet)", "CSV"))


main(*sys.argv[1:])
