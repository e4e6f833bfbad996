"""Names and values of a request's body, as the framework parsed it for the service: no stream is read for them.

They become `leadline.request.body` of the request's span: JSON, {place: {name: value}}. Places are `form`, `json` and
`file` (name → name of the uploaded file). Names within JSON are joined by dots, positions in lists counted:
`items.0.id`; a body that is no object has an empty name. Values are texts, bounded; where something was left out, there
is a place `truncated`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

from leadline_agent.patching import complain, on_import
from leadline_agent.replacing import after
from leadline_agent.tree import SERVER, current

ATTRIBUTE = "leadline.request.body"

_MAX_NAMES = 100
_MAX_NAME = 200  # characters
_MAX_VALUE = 1_000
_MAX_ALL = 16_000
_MAX_DEPTH = 10


def install() -> None:
    """Hook every framework of the list below when it is imported."""
    for module, patch in _PATCHES.items():
        on_import(module, patch)


def note(place: str, pairs: Iterable[tuple[Any, Any]]) -> None:
    """Add parameters of a place to the request that is being served; the first value of a name stands."""
    node = current.get()
    if node is None or node.request.kind != SERVER or node.request.is_finished:
        return
    try:
        body = node.request.body
        room = _MAX_ALL - sum(len(n) + len(v) for known in body.values() for n, v in known.items())
        names = sum(map(len, body.values()))
        here = body.setdefault(place, {})
        for name, value in pairs:
            name, text = str(name), value if isinstance(value, str) else _text(value)
            if name in here:
                continue
            room -= min(len(name), _MAX_NAME) + min(len(text), _MAX_VALUE)
            names += 1
            if names > _MAX_NAMES or room < 0:
                body.setdefault("truncated", {})
                return
            here[name[:_MAX_NAME]] = text[:_MAX_VALUE]
    except Exception as error:  # a form that nobody expected
        complain("body", error)


def flattened(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield (dotted name, value) of everything in a parsed JSON document, lazily: it is cut where it gets too much."""
    if depth < _MAX_DEPTH and isinstance(value, dict):
        for key, inner in value.items():
            yield from flattened(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif depth < _MAX_DEPTH and isinstance(value, list):
        for index, inner in enumerate(value):
            yield from flattened(inner, f"{name}.{index}" if name else str(index), depth + 1)
    else:
        yield name, value


def encoded(body: dict[str, dict[str, str]]) -> str:
    """Return what was noted as the attribute's text."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _text(value: Any) -> str:
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, bytes):
        return value[:_MAX_VALUE].decode("utf-8", "replace")
    return f"<{type(value).__name__}>" if isinstance(value, (dict, list)) else str(value)


def _json(value: Any, *_: Any, **__: Any) -> None:
    if value is not None:  # also what a framework says where the body is no JSON
        note("json", flattened(value))


def _fields(pairs: Iterable[tuple[Any, Any]]) -> None:
    """Note the fields of a form, uploaded files among them."""
    fields, files = [], []
    for name, value in pairs:
        filename = getattr(value, "filename", None)
        (fields if filename is None else files).append((name, value if filename is None else filename))
    if fields:
        note("form", fields)
    if files:
        note("file", files)


def _after_awaited(owner: Any, name: str, do: Callable[[Any], None]) -> None:
    original = vars(owner).get(name)
    if original is None:
        return

    @functools.wraps(original)
    async def replacement(*arguments: Any, **keywords: Any) -> Any:
        result = await original(*arguments, **keywords)
        do(result)
        return result

    setattr(owner, name, replacement)


def _werkzeug(module: ModuleType) -> None:
    def parsed(_: None, request: Any, *__: Any) -> None:
        for name in ("form", "files"):
            if vars(request).get(name):
                _fields(vars(request)[name].items(multi=True))

    after(module.Request, "_load_form_data", parsed)
    after(module.Request, "get_json", _json)


def _starlette(module: ModuleType) -> None:
    _after_awaited(module.Request, "json", _json)
    _after_awaited(module.Request, "_get_form", lambda form: _fields(form.multi_items()))


def _django(module: ModuleType) -> None:
    def parsed(_: None, request: Any, *__: Any) -> None:
        _fields((name, value) for name, values in request._post.lists() for value in values)
        if request._files:
            note("file", [(name, file.name) for name, file in request._files.items()])

    after(module.HttpRequest, "_load_post_and_files", parsed)
    _django_body(module.HttpRequest)


def _django_body(owner: Any) -> None:
    """Django leaves JSON to the service, which reads the whole body."""
    original = owner.body

    def body(request: Any) -> bytes:
        content = original.fget(request)
        if getattr(request, "content_type", "") == "application/json" and len(content) <= _MAX_ALL:
            try:
                _json(json.loads(content))
            except (ValueError, RecursionError):
                pass  # no JSON after all: the service will say so
        return content

    owner.body = property(body, doc=original.__doc__)


def _rest_framework(module: ModuleType) -> None:
    def parsed(result: tuple, *_: Any) -> None:
        data = result[0]
        if hasattr(data, "lists"):
            _fields((name, value) for name, values in data.lists() for value in values)
        else:
            _json(data)

    after(module.Request, "_parse", parsed)


def _aiohttp(module: ModuleType) -> None:
    _after_awaited(module.BaseRequest, "json", _json)
    _after_awaited(module.BaseRequest, "post", lambda form: _fields(form.items()))


def _bottle(module: ModuleType) -> None:
    for name, noted in (("json", _json), ("POST", lambda form: _fields(form.allitems()))):
        attribute = vars(module.BaseRequest)[name]
        getter = attribute.getter

        def getting(request: Any, getter: Callable = getter, noted: Callable = noted) -> Any:
            value = getter(request)
            noted(value)
            return value

        attribute.getter = getting


_PATCHES = {
    "werkzeug.wrappers.request": _werkzeug,
    "starlette.requests": _starlette,
    "django.http.request": _django,
    "rest_framework.request": _rest_framework,
    "aiohttp.web_request": _aiohttp,
    "bottle": _bottle,
}
