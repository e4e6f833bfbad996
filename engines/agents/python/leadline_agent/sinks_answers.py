"""What shapes the answer and the session: templates made from text, redirects, files sent, items of the session."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from leadline_agent.patching import argument, hook

# ── templates ─────────────────────────────────────────────────────────────────────────────────────────────


def _jinja(module: ModuleType) -> None:
    hook("template", module.Environment, "from_string", argument(1, "source"))


def _mako(module: ModuleType) -> None:
    hook("template", module.Template, "__init__", argument(1, "text"))


def _django_template(module: ModuleType) -> None:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        origin = arguments[2] if len(arguments) > 2 else keywords.get("origin")
        if origin is not None:
            return None  # a loader found it
        return (arguments[1] if len(arguments) > 1 else keywords.get("template_string")), {}

    hook("template", module.Template, "__init__", read)


def _tornado(module: ModuleType) -> None:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        has_loader = (arguments[3] if len(arguments) > 3 else keywords.get("loader")) is not None
        return None if has_loader else (arguments[1] if len(arguments) > 1 else keywords.get("template_string"), {})

    hook("template", module.Template, "__init__", read)


def _bottle(module: ModuleType) -> None:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        source = arguments[1] if len(arguments) > 1 else keywords.get("source")
        return (source, {}) if source else None

    hook("template", module.BaseTemplate, "__init__", read)
    hook("redirect", module, "redirect", argument(0, "url"))


# ── redirects ─────────────────────────────────────────────────────────────────────────────────────────────


def _location(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
    """Read the header that redirects where one is set by hand."""
    if len(arguments) < 3 or not isinstance(arguments[1], str) or arguments[1].lower() != "location":
        return None
    return arguments[2], {}


def _werkzeug(module: ModuleType) -> None:
    hook("redirect", module, "redirect", argument(0, "location"))


def _werkzeug_headers(module: ModuleType) -> None:
    hook("redirect", module.Headers, "__setitem__", _location, nearest=0)


def _starlette_headers(module: ModuleType) -> None:
    hook("redirect", module.MutableHeaders, "__setitem__", _location, nearest=0)


def _starlette(module: ModuleType) -> None:
    hook("redirect", module.RedirectResponse, "__init__", argument(1, "url"))
    hook("file", module.FileResponse, "__init__", argument(1, "path", mode="r"))


def _django(module: ModuleType) -> None:
    hook("redirect", module.HttpResponseRedirectBase, "__init__", argument(1, "redirect_to"))
    hook("redirect", module.HttpResponseBase, "__setitem__", _location, nearest=0)


def _aiohttp(module: ModuleType) -> None:
    moved = getattr(module, "HTTPMove", None) or module._HTTPMove  # before aiohttp 3.9 it was not public
    hook("redirect", moved, "__init__", argument(1, "location"))


def _aiohttp_file(module: ModuleType) -> None:
    hook("file", module.FileResponse, "__init__", argument(1, "path", mode="r"))


# ── sessions ──────────────────────────────────────────────────────────────────────────────────────────────


def _entry(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
    """Read one item: its value, and its key as the mode."""
    if len(arguments) < 3:
        return None
    return arguments[2], {"mode": str(arguments[1])[:200]}


def _entries(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
    """Read the values of several items, and their keys as the mode."""
    given = dict(*arguments[1:2], **keywords)
    return (list(given.values()), {"mode": ",".join(map(str, given))[:200]}) if given else None


def _session(owner: type) -> None:
    hook("session-write", owner, "__setitem__", _entry, is_inherited=True)
    hook("session-write", owner, "setdefault", _entry, is_inherited=True)
    hook("session-write", owner, "update", _entries, is_inherited=True)


PATCHES = {
    "jinja2.environment": _jinja,
    "mako.template": _mako,
    "django.template.base": _django_template,
    "tornado.template": _tornado,
    "bottle": _bottle,
    "werkzeug.utils": _werkzeug,
    "werkzeug.datastructures.headers": _werkzeug_headers,
    "starlette.datastructures": _starlette_headers,
    "starlette.responses": _starlette,
    "django.http.response": _django,
    "aiohttp.web_exceptions": _aiohttp,
    "aiohttp.web_fileresponse": _aiohttp_file,
    "flask.sessions": lambda module: _session(module.SecureCookieSession),
    "starlette.middleware.sessions": lambda module: _session(module.Session),
    "django.contrib.sessions.backends.base": lambda module: _session(module.SessionBase),
}
