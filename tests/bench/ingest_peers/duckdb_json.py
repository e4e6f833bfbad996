"""Read JSON as one would with DuckDB alone: nested types, unnested, each attribute by its key. SOURCE TARGET."""

import sys

import duckdb
from eighteen import ATTRIBUTES

VALUE = "STRUCT(key VARCHAR, value STRUCT(stringValue VARCHAR, intValue VARCHAR))[]"
SPAN = f"""STRUCT(traceId VARCHAR, spanId VARCHAR, parentSpanId VARCHAR, name VARCHAR, kind UTINYINT,
    startTimeUnixNano UBIGINT, endTimeUnixNano UBIGINT, status STRUCT(code UTINYINT), attributes {VALUE})"""
TYPE = f"STRUCT(resource STRUCT(attributes {VALUE}), scopeSpans STRUCT(spans {SPAN}[])[])[]"


def picked(key: str, kind: str) -> str:
    """Return the SQL of one attribute as a column."""
    value = f"list_filter(s.attributes, lambda a: a.key = '{key}')[1].value"
    told = f"{value}.stringValue" if kind == "text" else f"{value}.intValue::uinteger"
    return f'{told} as "{key.replace(".", "_")}"'


def main(source: str, target: str) -> None:
    """Copy the file to Parquet in one statement."""
    connection = duckdb.connect()
    connection.execute(f"""
        copy (
            select unhex(s.traceId) as trace_id, ('0x' || s.spanId)::ubigint as span_id,
                case when s.parentSpanId <> '' then ('0x' || s.parentSpanId)::ubigint else 0 end as parent_id,
                service, s.name, s.kind, s.startTimeUnixNano as start, s.endTimeUnixNano as end,
                s.status.code as status,
                {", ".join(picked(*one) for one in ATTRIBUTES)}
            from (
                select service, unnest(scope.spans) as s
                from (
                    select list_filter(r.resource.attributes, lambda a: a.key = 'service.name')[1].value.stringValue
                        as service, unnest(r.scopeSpans) as scope
                    from (
                        select unnest(resourceSpans) as r
                        from read_json(
                            '{source}', format = 'newline_delimited', columns = {{resourceSpans: '{TYPE}'}}
                        )
                    )
                )
            )
        ) to '{target}' (format parquet, compression zstd)
    """)
    print(connection.execute(f"select count(*) from '{target}'").fetchone()[0])


main(*sys.argv[1:])
