"""Function calls by `sys.monitoring` (PEP 669), Python 3.12 and later: no rewriting, no cost outside the roots.

What waits in an `await` keeps its place in the context of its own task. A generator gives its place back at every
`yield`, and takes it again, perhaps below another caller, when it goes on. An asynchronous generator does both: the
events look alike, only the instruction tells them apart.

Nothing here may raise: it would be raised in the service.
"""

from __future__ import annotations

import atexit
import inspect
import sys
from opcode import opmap
from types import CodeType

from leadline_agent.source import Place, place_of
from leadline_agent.tree import OFTEN, current, enter, leave, resume

_TOOLS = (4, 3)  # those that PEP 669 gives no name to
_AFTER_AWAIT = 3  # the argument of RESUME in its two lowest bits
_places: dict[int, tuple[Place, CodeType]] = {}  # holding the code keeps its id unique
_awaits: dict[int, frozenset[int]] = {}  # asynchronous generator → offsets at which it waits or goes on after waiting


def _waiting(code: CodeType) -> frozenset[int]:
    bytecode, goes_on = code.co_code, opmap["RESUME"]
    return frozenset(
        told
        for offset in range(0, len(bytecode), 2)
        if bytecode[offset] == goes_on and bytecode[offset + 1] & 3 == _AFTER_AWAIT
        for told in (offset - 2, offset)  # what yields stands right before
    )


def install() -> None:
    """Register the callbacks; raises RuntimeError when other tools took every place."""
    monitoring = sys.monitoring
    tool = next((number for number in _TOOLS if monitoring.get_tool(number) is None), None)
    if tool is None:
        raise RuntimeError(f"functions are not recorded: other tools hold the monitoring ids {_TOOLS}")
    monitoring.use_tool_id(tool, "leadline")
    events = monitoring.events
    coroutine, asynchronous = inspect.CO_COROUTINE, inspect.CO_ASYNC_GENERATOR
    returns, disable = events.PY_RETURN, monitoring.DISABLE
    suspends = events.PY_RETURN | events.PY_YIELD | events.PY_RESUME

    places, awaits, get, put = (
        _places,
        _awaits,
        current.get,
        current.set,
    )  # every call of the service comes by here twice

    def started(code: CodeType, _offset: int) -> object:
        key = id(code)
        node = get()
        if node is not None:
            child = node.children.get(key)
            if child is not None:
                child.count += 1
                put(child)
                return None
        known = places.get(key) or admitted(code)
        if known is None:
            return disable
        if node is not None:
            enter(key, known[0])
        return None

    def admitted(code: CodeType) -> tuple[Place, CodeType] | None:
        place = place_of(code)
        if place is None:
            return None
        if code.co_flags & asynchronous:
            awaits[id(code)] = _waiting(code)
        known = places[id(code)] = (place, code)
        gives_back = code.co_flags & (inspect.CO_GENERATOR | asynchronous)
        monitoring.set_local_events(tool, code, suspends if gives_back else returns)
        return known

    def returned(code: CodeType, _offset: int, _value: object) -> None:
        node = get()
        if node is None:
            return
        if node.key == id(code) and node.count > OFTEN:
            put(node.parent)
        else:
            leave(id(code))

    def yielded(code: CodeType, offset: int, value: object) -> None:
        if get() is not None and (not code.co_flags & asynchronous or offset not in awaits[id(code)]):
            returned(code, offset, value)

    def resumed(code: CodeType, offset: int) -> None:
        node = get()
        if node is None or (code.co_flags & asynchronous and offset in awaits[id(code)]):
            return
        child = node.children.get(id(code))
        if child is not None:
            put(child)
        else:
            resume(id(code), places[id(code)][0])

    def thrown(code: CodeType, offset: int, _error: BaseException) -> None:
        known = places.get(id(code))
        if known is None or offset in awaits.get(id(code), ()):
            return
        if code.co_flags & coroutine:
            node = get()
            if node is None or node.key is None or node.key == id(code):
                return  # cancelled in its own task, where it still has its place; elsewhere it is being closed
        resume(id(code), known[0])

    def unwound(code: CodeType, _offset: int, error: BaseException) -> None:
        if id(code) in places:
            leave(id(code), None if isinstance(error, (GeneratorExit, StopIteration)) else type(error).__name__)

    callbacks = {
        events.PY_START: started,
        events.PY_RETURN: returned,
        events.PY_YIELD: yielded,
        events.PY_RESUME: resumed,
        events.PY_THROW: thrown,
        events.PY_UNWIND: unwound,
    }
    for event, callback in callbacks.items():
        monitoring.register_callback(tool, event, callback)
    monitoring.set_events(tool, events.PY_START | events.PY_UNWIND | events.PY_THROW)

    def end() -> None:  # the interpreter goes on for a while, and what the callbacks need is taken from them
        for event in callbacks:
            monitoring.register_callback(tool, event, None)

    atexit.register(end)


def adopt_main() -> None:
    """Nothing to do: monitoring sees the main script as well."""
