"""What a span is, as correlation needs it: an endpoint, a function, a sink, or a mere link. Asked once a node."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from engines.redact import bounded, printable, redact
from engines.trace.spans import CLIENT, CONSUMER, INTERNAL, SERVER

NAME_LIMIT = 300
_ROUTE_LIMIT = 2_000
CONSUME = "CONSUME"  # the method of an endpoint that takes from a queue
RPC = "RPC"  # the method of an endpoint that is called by another protocol than HTTP


class Kind(IntEnum):
    """What a span is in the tree of calls. A link only joins what is above and below it."""

    LINK = 0
    ENDPOINT = 1
    FUNCTION = 2
    SINK = 3


class Node(NamedTuple):
    """A described node. Empty text and 0 stand for "not told"; texts are printable, bounded and redacted."""

    kind: Kind
    service: str
    symbol: str
    file: str
    line: int
    function: str
    method: str
    route: str
    sink_kind: str
    identity: str  # what makes it the same node in every release; of a sink with its value's
    is_located: bool  # the recording names a code location
    is_call: bool  # a client's own span of a call: a third party's, unless a service recorded the answer
    span_kind: int


def node_of(told: Mapping[str, Any], root: str = "") -> Node:
    """Describe a node of `store.NODE`. `root`: the directory that absolute file names are made relative to.

    Where an agent names functions and sinks itself (`has_functions`), its other spans only link.
    """
    kind = _kind(told)
    service = clean(redact(told["service"] or "unknown"))
    file = told["file"] or ""
    if root and file.startswith(root + "/"):
        file = file[len(root) + 1 :]
    file, function = clean(redact(file)), _function(told)
    method, route, sink_kind, symbol = "", "", "", clean(redact(told["name"] or ""))
    if kind is Kind.ENDPOINT:
        method, route = _request(told)
        symbol = f"{method} {route}".strip() if method else symbol
    elif kind is Kind.SINK:
        symbol = sink_kind = clean(told["sink"])[:40]
    elif function:
        symbol = function
    parts = {
        Kind.ENDPOINT: (service, symbol),
        Kind.FUNCTION: (service, file, symbol),
        Kind.SINK: (service, sink_kind),
        Kind.LINK: (),
    }[kind]
    is_call = kind is Kind.SINK and not told["is_told"] and told["kind"] == CLIENT
    return Node(kind, service, symbol, file, told["line"] or 0, function, method, route, sink_kind,
                "\x1f".join(parts), told["is_located"], is_call, told["kind"])  # fmt: skip


def _kind(told: Mapping[str, Any]) -> Kind:
    if told["kind"] == SERVER:
        return Kind.ENDPOINT
    if told["sink"]:
        return Kind.SINK
    if told["kind"] == CONSUMER:
        return Kind.ENDPOINT
    is_named = told["is_agents"] and told["function"] or not told["has_functions"]
    return Kind.FUNCTION if told["kind"] <= INTERNAL and is_named else Kind.LINK


def _request(told: Mapping[str, Any]) -> tuple[str, str]:
    """Return method and route template of what a service answers, '' for what is not told."""
    if told["kind"] == CONSUMER:
        return CONSUME, clean(redact(told["queue"] or ""))
    if told["rpc"]:
        return RPC, clean(redact(told["rpc"]))
    method = clean(told["method"] or "").upper()[:20]
    route, name = told["route"] or "", told["name"] or ""
    if not route and method and "{" in name:
        route = name.removeprefix(method).strip()
    return method, clean(redact(template(route)))


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
    route = route[:_ROUTE_LIMIT]
    for pattern in (_FLASK, _CONVERTER, _COLON):
        route = pattern.sub(r"{\1}", route)
    return route


def _function(told: Mapping[str, Any]) -> str:
    name, namespace = told["function"] or "", told["namespace"] or ""
    return clean(redact(f"{namespace}.{name}" if namespace and name else name))


def clean(text: str) -> str:
    """Return a name on one line, bounded."""
    return bounded(printable(text), NAME_LIMIT)
