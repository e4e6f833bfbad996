"""Jaeger's JSON as the UI, the API and Elasticsearch give it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engines.trace.reading import jaeger, walk
from engines.trace.spans import CLIENT, SERVER, Refused
from tests.engines.trace.reading.reading import fixtures, needs_fixtures, told

TRACE = "83a9efd15c1c98a977e0711cc93ee28b"


def tag(key: str, value: Any, kind: str = "string") -> dict[str, Any]:
    return {"key": key, "type": kind, "value": value}


def span(number: int, parent: int = 0, *tags: dict[str, Any], **more: Any) -> dict[str, Any]:
    references = [{"refType": "CHILD_OF", "traceID": TRACE, "spanID": f"{parent:x}"}] if parent else []
    return {"traceID": TRACE, "spanID": f"{number:016x}", "operationName": f"do {number}", "references": references,
            "startTime": 1706678909209712, "duration": 123, "tags": list(tags), "processID": "p1", **more}  # fmt: skip


def trace(*spans: dict[str, Any]) -> dict[str, Any]:
    process = {"serviceName": "shop", "tags": [tag("service.version", "1.2")]}
    return {"traceID": TRACE, "spans": list(spans), "processes": {"p1": process}, "warnings": None}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces"


REQUEST = span(1, 0, tag("span.kind", "server"), tag("http.method", "GET"), tag("http.route", "/a/{b}"),
               tag("http.status_code", "200", "int64"), tag("http.target", "/a/7?c=8"))  # fmt: skip
QUERY = span(2, 1, tag("span.kind", "client"), tag("db.type", "mysql"), tag("db.instance", "shop"),
             tag("db.statement", "select 1"), tag("error", True, "bool"), tag("otel.scope.name", "driver"))  # fmt: skip
LOCATED = span(3, 1, tag("code.function", "load"), tag("code.filepath", "a.py"), tag("code.lineno", 7, "int64"))


def test_a_trace_is_told_in_the_columns_of_opentelemetry(path: Path) -> None:
    rows, others = told(jaeger, path, {"data": [trace(REQUEST, QUERY, LOCATED)], "total": 0})
    common = {"trace_id": TRACE, "service": "shop", "service_version": "1.2",
              "start": 1706678909209712000, "end": 1706678909209835000}  # fmt: skip
    assert others == []
    below = {**common, "parent_id": "0000000000000001"}
    assert rows == {
        "0000000000000001": {**common, "name": "do 1", "kind": SERVER, "method": "GET", "route": "/a/{b}",
                             "status": 200, "path": "/a/7?c=8"},
        "0000000000000002": {**below, "name": "do 2", "kind": CLIENT, "is_error": True,
                             "db_system": "mysql", "db_namespace": "shop", "statement": "select 1", "scope": "driver"},
        "0000000000000003": {**below, "name": "do 3", "function": "load",
                             "file": "a.py", "line": 7},
    }  # fmt: skip


def storage(one: dict[str, Any]) -> dict[str, Any]:
    """Return a span as Elasticsearch keeps it, its tags by name."""
    document = {name: value for name, value in one.items() if name not in ("processID", "tags")}
    process = {"serviceName": "shop", "tag": {"service@version": "1.2"}}
    return {**document, "process": process, "tag": {t["key"].replace(".", "@"): t["value"] for t in one["tags"]}}


FORMS = {
    "one trace": trace(REQUEST, QUERY, LOCATED),
    "a list of traces": [trace(REQUEST), trace(QUERY, LOCATED)],
    "a trace a line": "\n".join(json.dumps(trace(one)) for one in (REQUEST, QUERY, LOCATED)),
    "documents of storage, one a line": "\n".join(json.dumps(storage(one)) for one in (REQUEST, QUERY, LOCATED)),
    "a dump of storage": "\n".join(
        json.dumps({"_index": "jaeger-span", "_source": storage(one)}) for one in (REQUEST, QUERY, LOCATED)
    ),
    "an answer of storage": {"took": 1, "hits": {"hits": [{"_source": storage(o)} for o in (REQUEST, QUERY, LOCATED)]}},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_rows(form: str, path: Path) -> None:
    expected = told(jaeger, path, {"data": [trace(REQUEST, QUERY, LOCATED)]})
    assert told(jaeger, path, FORMS[form]) == expected


def test_ids_may_be_short_and_of_64_bits(path: Path) -> None:
    rows, _ = told(jaeger, path, {"traceID": "1f", "spans": [{"traceID": "1f", "spanID": "a"}], "processes": {}})
    assert rows == {"000000000000000a": {"trace_id": "1f".zfill(32)}}


def reference(kind: str, trace_id: str, number: int) -> dict[str, str]:
    return {"refType": kind, "traceID": trace_id, "spanID": f"{number:016x}"}


@pytest.mark.parametrize(
    ("references", "parent", "link"),
    [
        ([], None, None),
        ([reference("CHILD_OF", TRACE, 5)], 5, None),
        ([reference("FOLLOWS_FROM", TRACE, 5)], 5, None),
        ([reference("FOLLOWS_FROM", TRACE, 6), reference("CHILD_OF", TRACE, 5)], 5, 6),
        ([reference("CHILD_OF", "ff", 7), reference("CHILD_OF", TRACE, 5)], 5, 7),
        ([reference("FOLLOWS_FROM", "ff", 7)], None, 7),
        ([{"refType": "CHILD_OF"}, None, reference("CHILD_OF", TRACE, 5)], 5, None),
        ("none", None, None),
    ],
)
def test_the_parent_is_of_the_same_trace_and_the_first_other_reference_is_the_link(
    references: Any, parent: int | None, link: int | None, path: Path
) -> None:
    rows, _ = told(jaeger, path, trace({**span(1), "references": references}))
    found = rows["0000000000000001"]
    assert found.get("parent_id") == (f"{parent:016x}" if parent else None)
    assert found.get("link_span_id") == (f"{link:016x}" if link else None)


def test_a_span_that_names_no_process_is_of_no_service(path: Path) -> None:
    rows, others = told(jaeger, path, trace({**span(1), "processID": "p9"}))
    assert "service" not in rows["0000000000000001"] and others == []


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({**span(2), "spanID": "xyz"}, "span id 'xyz' is not 8 bytes"),
        ({**span(2), "spanID": 7}, "span id '7' is not 8 bytes"),
        ({**span(2), "traceID": "0" * 32}, "is not 16 bytes"),
        ({**span(2), "traceID": "1" * 33}, "is not 16 bytes"),
        ("a text", "is not 16 bytes in hex"),
        (None, "is not 16 bytes in hex"),
    ],
)  # fmt: skip
def test_a_span_without_an_identity_is_refused_alone(bad: Any, reason: str, path: Path) -> None:
    document = trace(span(1), bad, span(3))
    if not isinstance(bad, dict):
        document.pop("traceID")
    rows, others = told(jaeger, path, document)
    assert list(rows) == ["0000000000000001", "0000000000000003"]
    assert [type(one) for one in others] == [Refused] and reason in others[0].reason and others[0].content


def test_values_of_wrong_types_cost_no_more_than_themselves(path: Path) -> None:
    odd = {**span(1), "startTime": "soon", "duration": -5, "tags": [None, 7, tag("http.method", "GET"), {"key": []}],
           "operationName": 3, "references": {}}  # fmt: skip
    rows, others = told(jaeger, path, trace(odd))
    assert rows == {
        "0000000000000001": {"trace_id": TRACE, "service": "shop", "service_version": "1.2", "method": "GET"}
    }
    assert others == []


def test_what_is_no_trace_is_refused(path: Path) -> None:
    _, others = told(jaeger, path, {"data": [{"a": 1}, 7]})
    assert [one.reason for one in others] == ["neither a trace nor a span of Jaeger"] * 2


@pytest.mark.parametrize("form", ["one trace", "many"])
def test_the_spans_of_a_damaged_trace_are_read_one_by_one(form: str, path: Path) -> None:
    one = trace(*(span(number) for number in range(1, 6)))
    text = json.dumps(
        one
        if form == "one trace"
        else {"data": [one, {**trace(span(7)), "processes": {"p1": {"serviceName": "other"}}}]}
    )
    rows, others = told(jaeger, path, text.replace('"do 3"', '"do 3', 1))
    expected = [1, 2, 4, 5] + ([7] if form == "many" else [])
    assert list(rows) == [f"{number:016x}" for number in expected]
    assert [row["service"] for row in rows.values()] == ["shop"] * 4 + ["other"] * (len(expected) - 4)
    assert len(others) == 1 and "no JSON" in others[0].reason


def test_one_trace_too_large_to_be_decoded_as_a_whole_is_read_a_span_at_a_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "WHOLE", 500)
    rows, others = told(jaeger, path, json.dumps(trace(*(span(number) for number in range(1, 6)))))
    assert len(rows) == 5 and others == []
    assert {row["service"] for row in rows.values()} == {"shop"}


@needs_fixtures
@pytest.mark.parametrize("recording", fixtures("jaeger"), ids=lambda path: path.name)
def test_recordings_of_jaeger_are_read(recording: Path) -> None:
    if "otlp2jaeger" in recording.name:  # the same span twice, as its exporter sent it
        pytest.skip("compared with the same trace in OTLP by test_formats.py")
    rows, others = told(jaeger, recording)
    assert others == []
    assert [(row["service"], row.get("parent_id"), row.get("link_span_id")) for row in rows.values()] == [
        ("service-x", None, None),
        ("service-x", None, None),
        ("service-y", "0000000000000002", None),
        ("service-y", "0000000000000002", "00000000000000ff"),
        ("service-y", "0000000000000004", None),
    ]
