"""What each endpoint can reach through the calls of its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from engines.contract import Call, Endpoint

Function = tuple[str, str]  # file, qualified name


def reached(endpoints: Iterable[Endpoint], calls: Iterable[Call]) -> Mapping[tuple[str, str], dict[Function, bool]]:
    """Return, by (method, route), the functions that a handler can reach, itself included.

    The value of a function: whether every way to it goes through a call that is only likely (`is_approximate`).
    """
    certain: dict[Function, list[Function]] = defaultdict(list)
    likely: dict[Function, list[Function]] = defaultdict(list)
    for call in calls:
        if call.callee_file is not None:
            edges = likely if call.is_approximate else certain
            edges[call.caller_file, call.caller].append((call.callee_file, call.callee))
    any_edge = {key: [*certain.get(key, ()), *likely.get(key, ())] for key in {*certain, *likely}}
    by_handler: dict[Function, dict[Function, bool]] = {}
    found = {}
    for endpoint in endpoints:
        if endpoint.handler is None or endpoint.file is None:
            found[endpoint.method, endpoint.route] = {}
            continue
        handler = (endpoint.file, endpoint.handler)
        if handler not in by_handler:
            by_handler[handler] = _from(handler, certain, any_edge)
        found[endpoint.method, endpoint.route] = by_handler[handler]
    return found


def _from(
    handler: Function, certain: Mapping[Function, list[Function]], any_edge: Mapping[Function, list[Function]]
) -> dict[Function, bool]:
    sure = _closure([handler], certain)
    return {function: function not in sure for function in _closure(sure, any_edge)}


def _closure(beginning: Iterable[Function], edges: Mapping[Function, list[Function]]) -> dict[Function, None]:
    seen = dict.fromkeys(beginning)
    pending = list(seen)
    while pending:
        for callee in edges.get(pending.pop(), ()):
            if callee not in seen:
                seen[callee] = None
                pending.append(callee)
    return seen
