"""Read JSON as one would with chdb (ClickHouse), into Parquet: SOURCE TARGET."""

import sys

from chdb import session
from eighteen import ATTRIBUTES

PAIRS = "Array(Tuple(key String, value Tuple(stringValue Nullable(String), intValue Nullable(UInt64))))"
SPAN = f"""Tuple(traceId String, spanId String, parentSpanId String, name String, kind UInt8, startTimeUnixNano UInt64,
    endTimeUnixNano UInt64, status Tuple(code UInt8), attributes {PAIRS})"""
TYPE = f"Array(Tuple(resource Tuple(attributes {PAIRS}), scopeSpans Array(Tuple(spans Array({SPAN})))))"


def picked(key: str, kind: str) -> str:
    """Return the SQL of one attribute as a column."""
    place = f"indexOf(keys, '{key}')"
    told = f"texts[{place}]" if kind == "text" else f"numbers[{place}]::Nullable(UInt32)"
    return f"{told} AS {key.replace('.', '_')}"


def query(source: str) -> str:
    """Return the SQL of the columns."""
    return f"""
        WITH s.attributes.key AS keys, s.attributes.value.stringValue AS texts, s.attributes.value.intValue AS numbers
        SELECT unhex(s.traceId)::FixedString(16) AS trace_id,
            reinterpretAsUInt64(reverse(unhex(s.spanId))) AS span_id,
            reinterpretAsUInt64(reverse(unhex(s.parentSpanId))) AS parent_id, service,
            s.name AS name, s.kind AS kind, s.startTimeUnixNano AS start, s.endTimeUnixNano AS "end",
            s.status.code AS status, {", ".join(picked(*one) for one in ATTRIBUTES)}
        FROM (
            SELECT arrayJoin(arrayJoin(r.scopeSpans).spans) AS s,
                arrayFirst(a -> a.key = 'service.name', r.resource.attributes).value.stringValue AS service
            FROM (SELECT arrayJoin(resourceSpans) AS r
                  FROM file('{source}', JSONEachRow, 'resourceSpans {TYPE}'))
        )
    """


if __name__ == "__main__":
    chdb = session.Session()
    source, target = sys.argv[1:]
    chdb.query(f"INSERT INTO FUNCTION file('{target}', Parquet) {query(source)} "
               "SETTINGS engine_file_truncate_on_insert = 1")  # fmt: skip
    print(chdb.query(f"SELECT count() FROM file('{target}', Parquet)", "CSV"))
