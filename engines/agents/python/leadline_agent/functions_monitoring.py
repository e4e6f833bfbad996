"""Function calls by `sys.monitoring` (PEP 669), Python 3.12 and later: no rewriting, no cost outside the roots."""

from __future__ import annotations

import inspect
import sys
from types import CodeType

from leadline_agent.source import definition_line, relative
from leadline_agent.tree import current, enter, leave, resume

TOOL = 4
_places: dict[int, tuple[tuple, CodeType]] = {}  # holding the code keeps its id unique


def install() -> None:
    """Register the callbacks; raises ValueError when another tool took the place."""
    monitoring = sys.monitoring
    events = monitoring.events
    monitoring.use_tool_id(TOOL, "leadline")
    local = events.PY_RETURN | events.PY_YIELD | events.PY_RESUME

    def started(code: CodeType, _offset: int) -> object:
        known = _places.get(id(code))
        if known is None:
            file = relative(code.co_filename)
            if not file or code.co_name.startswith("<") or not code.co_flags & inspect.CO_OPTIMIZED:
                return monitoring.DISABLE  # foreign, a comprehension, a module or a class body
            line = definition_line(code.co_filename, code.co_firstlineno)
            known = _places[id(code)] = ((code.co_qualname, file, line), code)
            monitoring.set_local_events(TOOL, code, local)
        if current.get() is not None:
            enter(id(code), known[0])
        return None

    def left(code: CodeType, _offset: int, _value: object) -> None:
        leave(id(code))

    def resumed(code: CodeType, _offset: int) -> None:
        if not code.co_flags & inspect.CO_COROUTINE:
            resume(id(code), _places[id(code)][0])

    def yielded(code: CodeType, _offset: int, _value: object) -> None:
        if not code.co_flags & inspect.CO_COROUTINE:  # a suspended coroutine keeps its place in its own context
            leave(id(code))

    def thrown(code: CodeType, _offset: int, _error: BaseException) -> None:
        known = _places.get(id(code))
        if known is not None and not code.co_flags & inspect.CO_COROUTINE:
            resume(id(code), known[0])

    def unwound(code: CodeType, _offset: int, error: BaseException) -> None:
        if id(code) in _places:
            leave(id(code), None if isinstance(error, (GeneratorExit, StopIteration)) else type(error).__name__)

    for event, callback in (
        (events.PY_START, started),
        (events.PY_RETURN, left),
        (events.PY_YIELD, yielded),
        (events.PY_RESUME, resumed),
        (events.PY_THROW, thrown),
        (events.PY_UNWIND, unwound),
    ):
        monitoring.register_callback(TOOL, event, callback)
    monitoring.set_events(TOOL, events.PY_START | events.PY_UNWIND | events.PY_THROW)


def adopt_main() -> None:
    """Nothing to do: monitoring sees the main script as well."""
