"""Small recordings for the tests of the importer, as JSON and as protobuf."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from engines.canary import canary, trace_id
from engines.contract import Batch, Exerciser, Target
from engines.trace.engine import TraceEngine

TARGET = Target("r-1", "*", "1", "b", "internal")


def span(
    number: int, parent: int, kind: int = 1, trace: str = "a" * 32, link: tuple[str, int] | None = None, **told: Any
) -> dict[str, Any]:
    """A span as OTLP/JSON has it; `__` in a name stands for a dot, `link` for trace and number of another span."""
    attributes = [
        {"key": key.replace("__", "."), "value": {"intValue": str(v)} if isinstance(v, int) else {"stringValue": v}}
        for key, v in told.items()
    ]
    links = [{"traceId": link[0], "spanId": f"{link[1]:016x}"}] if link else []
    return {"traceId": trace, "spanId": f"{number:016x}", "parentSpanId": f"{parent:016x}" if parent else "",
            "name": f"span {number}", "kind": kind, "startTimeUnixNano": str(1000 + number),
            "attributes": attributes, "links": links}  # fmt: skip


def endpoint(number: int, parent: int, path: str, route: str, **more: Any) -> dict[str, Any]:
    return span(number, parent, 2, http__request__method="GET", url__path=path, http__route=route,
                http__response__status_code=200, **more)  # fmt: skip


def function(number: int, parent: int, name: str, trace: str = "a" * 32, **more: Any) -> dict[str, Any]:
    return span(
        number, parent, 1, trace, code__function__name=name, code__file__path="app.py", code__line__number=7, **more
    )


def sql(number: int, parent: int, text: str, **more: Any) -> dict[str, Any]:
    return span(number, parent, leadline__sink__kind="sql", db__query__text=text, code__file__path="app.py",
                code__line__number=9, code__function__name="find", **more)  # fmt: skip


def document(spans: list[dict[str, Any]], service: str = "shop", scope: str = "leadline") -> dict[str, Any]:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": scope}, "spans": spans}]}]}


def protobuf(spans: list[dict[str, Any]], service: str = "shop") -> bytes:
    message = ExportTraceServiceRequest()
    resource = message.resource_spans.add()
    resource.resource.attributes.add(key="service.name").value.string_value = service
    scope = resource.scope_spans.add()
    scope.scope.name = "leadline"
    for told in spans:
        made = scope.spans.add(
            trace_id=bytes.fromhex(told["traceId"]), span_id=bytes.fromhex(told["spanId"]),
            parent_span_id=bytes.fromhex(told["parentSpanId"]), name=told["name"], kind=told["kind"],
            start_time_unix_nano=int(told["startTimeUnixNano"]),
        )  # fmt: skip
        for pair in told["attributes"]:
            value = made.attributes.add(key=pair["key"]).value
            if "intValue" in pair["value"]:
                value.int_value = int(pair["value"]["intValue"])
            else:
                value.string_value = pair["value"]["stringValue"]
    return message.SerializeToString()


def run(
    path: Path, exerciser: Exerciser = Exerciser.QA, hosts: dict[str, str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for item in TraceEngine(path, exerciser, hosts).run(TARGET, []):
        if isinstance(item, Batch):
            found.setdefault(item.record_type.__name__, []).extend(item.rows.to_pylist())
        else:
            found.setdefault(type(item).__name__, []).append(dataclasses.asdict(item))
    return found


def run_spans(tmp_path: Path, spans: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    path = tmp_path / "spans.json"
    path.write_text(json.dumps(document(spans)))
    return run(path)


def run_documents(tmp_path: Path, services: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Run the engine on spans of several services, as OpenTelemetry's own instrumentation writes them."""
    path = tmp_path / "spans.jsonl"
    documents = [json.dumps(document(spans, service, "any")) for service, spans in services.items()]
    path.write_text("\n".join(documents))
    return run(path)


def told(found: dict[str, list[dict[str, Any]]], record: str) -> list[dict[str, Any]]:
    return found.get(record, [])


MARK = canary("engine test")
SPANS = [
    endpoint(1, 0xEE, "/orders/alice", "/orders/{owner}", url__query="sort=price"),
    function(2, 1, "list_orders"),
    sql(3, 2, "SELECT * FROM orders WHERE owner = 'alice' AND token = 'hunter2'"),
    function(4, 2, "again"),
    function(5, 4, "again"),
    function(6, 5, "again"),
    span(7, 6, 3, leadline__parent_span_id=f"{4:016x}"),
    endpoint(8, 7, "/prices", "/prices"),
    endpoint(11, 0, "/orders/" + MARK, "/orders/{owner}", trace=trace_id(Exerciser.DAST, 1)),
    sql(12, 11, f"SELECT * FROM orders WHERE owner = '{MARK}'", trace=trace_id(Exerciser.DAST, 1)),
]
