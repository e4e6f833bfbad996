"""What it costs to read OpenTelemetry spans to typed columns in a Parquet file: ours, and what others would use for it.

    PYTHONPATH=. .venv/bin/python tests/bench/ingest_bench.py [--spans 1000000] [--rounds 3] [--peers-python PYTHON]

The recordings are made here once, from a seed, into a cache: 20 spans a trace, 8 attributes a span, requests of 512
spans, as protobuf behind lengths of four bytes and as a JSON document a line. Each reader is a process of its own, in
turns; its CPU seconds (user and system) and its peak memory are what the operating system says, and of the rounds the
median counts. Ours writes all columns of `SPANS`, the others 18 of them. chdb (ClickHouse in a process) is asked of the
Python given by `--peers-python`; what is not installed there is told so.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).resolve().parent / "ingest_peers"
SEED = 20_261_124
SPANS_A_TRACE, SPANS_A_REQUEST = 20, 512


@dataclass(frozen=True)
class Reader:
    """A way to read a recording: its name, what it reads, its script, and whether the peers' Python runs that."""

    name: str
    kind: str
    script: str
    is_peer: bool = False


READERS = (
    Reader("ours, protobuf", "protobuf", "ours_protobuf.py"),
    Reader("ours, protobuf without native code", "protobuf", "ours_python.py"),
    Reader("ours, JSON", "json", "ours_json.py"),
    Reader("msgspec, JSON", "json", "msgspec_json.py"),
    Reader("DuckDB read_json", "json", "duckdb_json.py"),
    Reader("chdb, JSON to Parquet", "json", "chdb_json.py", is_peer=True),
    Reader("chdb, JSON to MergeTree", "json", "chdb_mergetree.py", is_peer=True),
    Reader("chdb, protobuf to Parquet", "delimited", "chdb_protobuf.py", is_peer=True),
)


def requests(spans: int) -> Iterator[list[dict[str, Any]]]:
    """Yield spans as plain dictionaries, as many as go into a request at a time."""
    draw = random.Random(SEED)
    collected: list[dict[str, Any]] = []
    for first in range(0, spans, SPANS_A_TRACE):
        trace_id, ids = draw.randbytes(16), [draw.randbytes(8) for _ in range(SPANS_A_TRACE)]
        for at, span_id in enumerate(ids):
            parent = ids[(at - 1) // 3] if at else b""
            start = 1_700_000_000_000_000_000 + (first + at) * 1_000
            collected.append(
                {"trace_id": trace_id, "span_id": span_id, "parent_id": parent, "start": start} | _kind(draw, at)
            )
        if len(collected) >= SPANS_A_REQUEST:
            yield collected[:SPANS_A_REQUEST]
            collected = collected[SPANS_A_REQUEST:]
    if collected:
        yield collected


def _kind(draw: random.Random, at: int) -> dict[str, Any]:
    part, function = draw.randrange(400), draw.randrange(5_000)
    file, symbol = f"app/part{function % 300}.py", f"shop.part{function % 300}.call_{function}"
    code = {"code.function.name": symbol, "code.file.path": file, "code.line.number": function % 900}
    if at == 0:
        route = f"/v1/things{part}/{{id}}"
        return {"kind": 2, "name": f"GET {route}", "attributes": {
            "http.request.method": "GET", "http.route": route, "url.path": f"/v1/things{part}/{draw.randrange(10**6)}",
            "url.query": "sort=price&page=2", "http.response.status_code": 200, "server.address": "shop.internal",
            "server.port": 8080, "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64)"}}  # fmt: skip
    if at % 5 == 4:
        return {"kind": 3, "name": "SELECT orders", "attributes": {
            "db.system.name": "postgresql", "db.namespace": "shop", "leadline.sink.kind": "sql",
            "db.query.text": f"SELECT id, owner, total FROM orders{part} WHERE owner = $1 AND id = $2",
            "db.operation.name": "SELECT", **code}}  # fmt: skip
    return {"kind": 1, "name": symbol, "attributes": {
        **code, "thread.id": 140_234, "thread.name": "worker-3", "leadline.calls": 1, "service.layer": "domain",
        "app.version": "4.6.0"}}  # fmt: skip


def as_protobuf(spans: list[dict[str, Any]]) -> bytes:
    """Return a request as protobuf."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    message = ExportTraceServiceRequest()
    of_resource = message.resource_spans.add()
    for key, value in RESOURCE.items():
        of_resource.resource.attributes.add(key=key).value.string_value = value
    of_scope = of_resource.scope_spans.add()
    of_scope.scope.name = "leadline"
    for told in spans:
        span = of_scope.spans.add(
            trace_id=told["trace_id"], span_id=told["span_id"], parent_span_id=told["parent_id"], name=told["name"],
            kind=told["kind"], start_time_unix_nano=told["start"], end_time_unix_nano=told["start"] + 5_000,
        )  # fmt: skip
        for key, value in told["attributes"].items():
            made = span.attributes.add(key=key).value
            if isinstance(value, int):
                made.int_value = value
            else:
                made.string_value = value
    return message.SerializeToString()


def as_json(spans: list[dict[str, Any]]) -> bytes:
    """Return a request as JSON."""
    told = [
        {"traceId": span["trace_id"].hex(), "spanId": span["span_id"].hex(), "parentSpanId": span["parent_id"].hex(),
         "name": span["name"], "kind": span["kind"], "startTimeUnixNano": str(span["start"]),
         "endTimeUnixNano": str(span["start"] + 5_000), "attributes": _pairs(span["attributes"]), "status": {}}
        for span in spans
    ]  # fmt: skip
    of_scope = {"scope": {"name": "leadline"}, "spans": told}
    of_resource = {"resource": {"attributes": _pairs(RESOURCE)}, "scopeSpans": [of_scope]}
    return json.dumps({"resourceSpans": [of_resource]}, separators=(",", ":")).encode()


RESOURCE = {"service.name": "shop", "service.version": "4.6.0"}


def _pairs(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in attributes.items()
    ]


def recording(cache: Path, kind: str, spans: int) -> Path:
    """Return the recording of this kind, made where the cache does not have it."""
    path = cache / f"{spans}-{SEED}.{kind}"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            for part in requests(spans):
                file.write(_framed(kind, part))
        unfinished.rename(path)
    return path


def _framed(kind: str, part: list[dict[str, Any]]) -> bytes:
    if kind == "json":
        return as_json(part) + b"\n"
    message = as_protobuf(part)
    if kind == "protobuf":
        return len(message).to_bytes(4, "big") + message
    from engines.trace.reading.otlp_wire import varint

    return varint(len(message)) + message


@dataclass(frozen=True)
class Cost:
    """CPU seconds and peak memory in MiB of one run, and how many rows it wrote."""

    seconds: float
    memory: float
    rows: int


def measured(reader: Reader, python: str, source: Path, folder: Path) -> Cost | str:
    """Run a reader on a recording; return what it cost, or why it did not run."""
    command = [python, str(PEERS / reader.script), str(source), str(folder / "spans.parquet")]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    said, complaint = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if "ModuleNotFoundError" in complaint:
        return "not installed"
    if process.returncode:
        return f"failed: {(complaint.strip().splitlines() or ['?'])[-1][:200]}"
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, int(said.split()[-1]))


def main() -> None:
    """Make the recordings, measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--spans", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--peers-python", default="", help="The Python that has chdb.")
    arguments.add_argument("--only", default="", help="Readers whose names have this in them.")
    arguments.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "leadline-ingest-bench")
    given = arguments.parse_args()
    readers = [reader for reader in READERS if given.only in reader.name]
    found: dict[str, list[Cost | str]] = {reader.name: [] for reader in readers}
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(given.rounds):
            for reader in readers:
                if reader.is_peer and not given.peers_python:
                    found[reader.name].append("not installed")
                    continue
                python = given.peers_python if reader.is_peer else sys.executable
                source = recording(given.cache, reader.kind, given.spans)
                found[reader.name].append(measured(reader, python, source, Path(scratch)))
    report(given.spans, found)


def report(spans: int, found: dict[str, list[Cost | str]]) -> None:
    """Print a line a reader, and how ours compare with the cheapest run of chdb."""
    print(f"{spans:,} spans, CPU seconds (median) and peak memory (most)")
    medians: dict[str, float] = {}
    for name, costs in found.items():
        told = [cost for cost in costs if isinstance(cost, Cost)]
        if len(told) < len(costs):
            print(f"{name:38} {next(cost for cost in costs if isinstance(cost, str))}")
            continue
        if {cost.rows for cost in told} != {spans}:
            raise SystemExit(f"{name} wrote {told[0].rows} rows")
        medians[name] = statistics.median(cost.seconds for cost in told)
        print(f"{name:38} {medians[name]:7.2f} s {max(cost.memory for cost in told):7.0f} MiB")
    chdb = [seconds for name, seconds in medians.items() if name.startswith("chdb")]
    for name, seconds in medians.items():
        if chdb and name.startswith("ours"):
            print(f"{name} / the cheapest of chdb: {seconds / min(chdb):.2f}")


if __name__ == "__main__":
    main()
