"""One span as correlation needs it: what it is, where in the code, and what arrived there. Old and new names alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from engines.canary import canaries_in
from engines.redact import bounded, printable, redact
from engines.statements import operation_of, shape_of, targets_of
from engines.trace.otlp import Span

STATEMENT_LIMIT = 2_000
_NAME_LIMIT = 300
_PATH_LIMIT = 2_000

# What a span is in the tree of calls. `link` only joins what is above and below it.
ENDPOINT, FUNCTION, SINK, LINK = "endpoint", "function", "sink", "link"


@dataclass(slots=True, order=True)
class Row:
    """A normalised span. Empty text and 0 stand for "not told"; texts are printable and bounded, `value` is raw."""

    trace_id: str
    span_id: str
    parent_id: str
    start: int
    service: str
    kind: str
    symbol: str
    file: str
    line: int
    function: str
    calls: int
    dropped: int
    method: str
    route: str
    path: str
    query: str
    status: int
    sink_kind: str
    value: str
    shape: str
    statement: str
    targets: tuple[str, ...]
    operation: str
    canaries: tuple[str, ...]
    target_key: str  # the targets without what differs between deployments: part of the path's identity
    is_located: bool  # the recording names code locations


def row_of(span: Span, *, has_functions: bool, root: str = "") -> Row:
    """Return the span normalised.

    `has_functions`: this service is recorded by an agent that names functions and sinks itself, so that its other
    spans only link. `root`: the directory that absolute file names are made relative to.
    """
    told = span.attributes
    file = _text(told, "code.file.path", "code.filepath")
    if root and file.startswith(root + "/"):
        file = file[len(root) + 1 :]
    row = Row(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=_text(told, "leadline.parent_span_id") or span.parent_id,
        start=span.start,
        service=service_of(span.resource),
        kind=LINK,
        symbol=_clean(span.name),
        file=_clean(file),
        line=_number(told, "code.line.number", "code.lineno"),
        function=_function(told),
        calls=max(_number(told, "leadline.calls"), 1),
        dropped=_number(told, "leadline.dropped"),
        method="", route="", path="", query="", status=0,
        sink_kind="", value="", shape="", statement="", targets=(), operation="", canaries=(), target_key="",
        is_located=bool(file),
    )  # fmt: skip
    if span.kind == 2:
        _as_endpoint(row, span)
    elif "leadline.sink.kind" in told or span.kind == 3 and not has_functions:
        _as_sink(row, told)
    elif span.kind == 3:
        row.value = _text(told, "url.full", "http.url")
    elif row.function and (span.scope == "leadline" or not has_functions):
        row.kind, row.symbol = FUNCTION, row.function
    elif not has_functions and span.kind in (0, 1):
        row.kind = FUNCTION
    return row


def service_of(resource: dict[str, Any]) -> str:
    """Return the service name of a resource."""
    return _clean(str(resource.get("service.name") or "unknown"))


def _as_endpoint(row: Row, span: Span) -> None:
    told = span.attributes
    row.kind = ENDPOINT
    row.method = _clean(_text(told, "http.request.method", "http.method")).upper()[:20]
    target = _text(told, "url.path", "http.target")
    full = _text(told, "url.full", "http.url") if not target else ""
    try:
        parts = urlsplit(full or "//_" + target if (full or target) else "")
    except ValueError:
        parts = urlsplit("")
    row.path = parts.path[:_PATH_LIMIT]
    row.query = (_text(told, "url.query") or parts.query)[:_PATH_LIMIT]
    route = _text(told, "http.route")
    if not route and row.method and "{" in span.name:
        route = span.name.removeprefix(row.method).strip()
    row.route = _clean(template(route))
    row.status = _number(told, "http.response.status_code", "http.status_code")
    row.symbol = f"{row.method} {row.route}".strip() if row.method else row.symbol
    row.file, row.line, row.function = "", 0, ""


def _as_sink(row: Row, told: dict[str, Any]) -> None:
    kind = _text(told, "leadline.sink.kind")
    mode = _text(told, "leadline.sink.mode") or None
    value = _text(told, "db.query.text", "db.statement")
    if value:
        kind = kind or "sql"
    else:
        value = _text(told, "leadline.sink.value", "url.full", "http.url")
        mode = mode or _text(told, "http.request.method", "http.method") or None
    if not kind and not value:
        return  # a client span that says nothing of what it sent
    row.kind = SINK
    row.sink_kind = row.symbol = _clean(kind or "http")[:40]
    row.value = value
    shell = told.get("leadline.sink.shell") is True
    described = _described(row.sink_kind, value, shell, mode)
    row.shape, row.statement, row.targets, row.operation, row.canaries = described
    row.target_key = " ".join(_lasting(target) for target in row.targets)


@lru_cache(maxsize=8_192)
def _described(kind: str, value: str, shell: bool, mode: str | None) -> tuple:
    return (
        bounded(printable(shape_of(kind, value, shell=shell)), STATEMENT_LIMIT),
        bounded(printable(redact(value[: STATEMENT_LIMIT * 4])), STATEMENT_LIMIT),
        tuple(_clean(redact(target)) for target in targets_of(kind, value)),
        operation_of(kind, value, mode),
        canaries_in(value),
    )


def _lasting(target: str) -> str:
    """Return a target as it is called wherever the release is deployed: a directory by its last two names."""
    if target.startswith("file:"):
        return "file:" + "/".join([part for part in target[5:].split("/") if part][-2:])
    return target


def authority_of(url: str) -> str:
    """Return `host[:port]` of a URL, '' where there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


_FLASK = re.compile(r"<(?:[^<>:]*:)?([^<>]+)>")
_CONVERTER = re.compile(r"\{([^{}:]+):[^{}]*\}")
_COLON = re.compile(r"(?<=/):([A-Za-z_]\w*)\??(?=/|$)")


@lru_cache(maxsize=4_096)
def template(route: str) -> str:
    """Return a route with its parameters as `{name}`, where frameworks write `<int:id>`, `{id:path}` or `:id`."""
    route = route[:_PATH_LIMIT]
    for pattern in (_FLASK, _CONVERTER, _COLON):
        route = pattern.sub(r"{\1}", route)
    return route


def _function(told: dict[str, Any]) -> str:
    name = _text(told, "code.function.name", "code.function")
    namespace = _text(told, "code.namespace")
    return _clean(f"{namespace}.{name}" if namespace and name else name)


def _text(told: dict[str, Any], *names: str) -> str:
    for name in names:
        value = told.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _number(told: dict[str, Any], *names: str) -> int:
    for name in names:
        value = told.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) < 10:
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
            return value
    return 0


@lru_cache(maxsize=8_192)
def _clean(text: str) -> str:
    return bounded(printable(text), _NAME_LIMIT)
