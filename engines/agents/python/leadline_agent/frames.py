"""Which line of the service's own code is behind a call: its innermost frame, if the request runs through it."""

from __future__ import annotations

import re
import sys
from types import FrameType

from leadline_agent.source import Place, place_of, relative
from leadline_agent.tree import Node

FAR = 90  # frames that are looked at

_FOREIGN, _OWN, _WORKING, _LOADING = range(4)
# The interpreter, a tracer or the agent itself is at work, not the service; the agent also opens a request, below which
# lie only its server and whoever runs that.
_WORKING_PARTS = (
    "<frozen importlib", "/linecache.py", "/traceback.py", "/inspect.py", "/tokenize.py", "/opentelemetry/sdk/",
    *(f"/leadline_agent/{name}" for name in ("asgi.", "wsgi.", "servers.", "frameworks.", "recording.", "export.",
                                             "encoding.", "source.", "functions_")),
)  # fmt: skip
# Libraries that look for files of their own or of the installation: no file that a caller names.
_LOADING_PARTS = (
    "/jinja2/loaders.py", "/jinja2/bccache.py", "/mako/lookup.py", "/django/template/loaders/",
    "/django/utils/translation/", "/mimetypes.py", "/netrc.py", "/certifi/", "/ssl.py", "/gettext.py", "/zoneinfo/",
    "/importlib/", "/pkgutil.py", "/requests/utils.py", "/httpx/_config.py", "/httpx/_utils.py", "/dateutil/tz/",
    "/babel/", "/platform.py", "/uuid.py", "/sysconfig", "/pkg_resources/", "/werkzeug/serving.py",
)  # fmt: skip
_INNER = re.compile(r"(?:\.<locals>)?\.?<(?:lambda|listcomp|setcomp|dictcomp|genexpr)>.*")

_kinds: dict[str, int] = {}


def calling_place(node: Node, skip: int, nearest: int, *, is_file: bool = False) -> Place | None:
    """Return (function, file, line) of the service's own code that called, `None` where the service did not.

    `node`: the function that runs; `skip`: frames between here and the call; `nearest`: how many of libraries may lie
    between the call and the service's code. Work in a task or thread of its own belongs to the function that began it.
    A server that the service's own main script runs is no call of that script.
    """
    try:
        frame: FrameType | None = sys._getframe(skip + 1)
    except ValueError:  # the interpreter itself calls
        return None
    distance = 0
    while frame is not None:
        filename = frame.f_code.co_filename
        kind = _kinds.get(filename)
        if kind is None:
            kind = _kinds[filename] = _kind_of(filename)
        if kind == _OWN:
            return _checked(node, frame)
        if kind == _WORKING or (kind == _LOADING and is_file):
            return None
        distance += 1
        if distance > nearest:
            return None
        frame = frame.f_back
    return node.place


def _kind_of(filename: str) -> int:
    if relative(filename):
        return _OWN
    if any(part in filename for part in _WORKING_PARTS):
        return _WORKING
    return _LOADING if any(part in filename for part in _LOADING_PARTS) else _FOREIGN


def _checked(node: Node, frame: FrameType) -> Place | None:
    """Return the frame's place where the running function is behind it, else that function's own."""
    running = node.place
    if running is None and node.parent is None:  # no function of the service runs, unless it is one without a name
        return _place(frame) if frame.f_code.co_name == "<lambda>" else None
    if running is None:  # too deep or too many to be recorded
        return _place(frame)
    above: FrameType | None = frame
    while above is not None:
        if _kinds.get(above.f_code.co_filename, _OWN) == _OWN and place_of(above.f_code) == running:
            return (running[0], running[1], frame.f_lineno) if above is frame else _place(frame)
        above = above.f_back
    return running


def _place(frame: FrameType) -> Place:
    code = frame.f_code
    known = place_of(code)
    name = known[0] if known is not None else _INNER.sub("", code.co_qualname) or "<module>"
    return name, relative(code.co_filename), frame.f_lineno
