"""Where WSGI and ASGI servers take their application: there every request is seen, whatever framework answers it."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

from leadline_agent import asgi, wsgi
from leadline_agent.patching import on_import
from leadline_agent.replacing import after, around, before

KNOWN = ("wsgiref", "werkzeug", "waitress", "cheroot", "gunicorn", "uvicorn", "hypercorn")
ready: set[str] = set()  # servers that have taken an application in this process


def install() -> None:
    """Wrap the application of every server of the list below."""
    for module, patch in _PATCHES.items():
        on_import(module, patch)


def recorded(application: Any, server: str) -> Any:
    """Return the application wrapped as its kind demands; as it is where it is none."""
    ready.add(server)
    if not callable(application):
        return application
    return (asgi if _is_asgi(application) else wsgi).recorded(application)


def _is_asgi(application: Any) -> bool:
    call = application if inspect.isroutine(application) else type(application).__call__
    call = inspect.unwrap(call)  # what replaced a method need not look like it
    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(application)


def _of_argument(position: int, name: str, server: str) -> Any:
    """Return what wraps one argument of a constructor."""

    def make(original: Any) -> Any:
        def replacement(*arguments: Any, **keywords: Any) -> Any:
            if name in keywords:
                keywords[name] = recorded(keywords[name], server)
            elif len(arguments) > position:
                application = recorded(arguments[position], server)
                arguments = (*arguments[:position], application, *arguments[position + 1 :])
            return original(*arguments, **keywords)

        return replacement

    return make


def _wsgiref(module: ModuleType) -> None:
    around(module.BaseHandler, "run", _of_argument(1, "application", "wsgiref"))


def _wsgiref_server(module: ModuleType) -> None:
    before(module.WSGIServer, "set_app", lambda *_: ready.add("wsgiref"))


def _werkzeug(module: ModuleType) -> None:
    around(module.BaseWSGIServer, "__init__", _of_argument(3, "app", "werkzeug"))


def _waitress(module: ModuleType) -> None:
    around(module.BaseWSGIServer, "__init__", _of_argument(1, "application", "waitress"))


def _cheroot(module: ModuleType) -> None:
    around(module.Server, "__init__", _of_argument(2, "wsgi_app", "cheroot"))


def _gunicorn(module: ModuleType) -> None:
    def loaded(_: None, worker: Any) -> None:
        if getattr(worker, "wsgi", None) is not None and "uvicorn" not in type(worker).__module__:
            worker.wsgi = recorded(worker.wsgi, "gunicorn")

    after(module.Worker, "load_wsgi", loaded)


def _gunicorn_asgi(module: ModuleType) -> None:
    def loaded(_: None, worker: Any) -> None:
        worker.asgi = recorded(worker.asgi, "gunicorn")

    after(module.ASGIWorker, "load_wsgi", loaded)


def _uvicorn(module: ModuleType) -> None:
    def loaded(_: None, config: Any) -> None:
        config.loaded_app = recorded(config.loaded_app, "uvicorn")

    after(module.Config, "load", loaded)


def _hypercorn(module: ModuleType) -> None:
    around(module.ASGIWrapper, "__init__", _of_argument(1, "app", "hypercorn"))
    around(module.WSGIWrapper, "__init__", _of_argument(1, "app", "hypercorn"))


_PATCHES = {
    "wsgiref.handlers": _wsgiref,
    "wsgiref.simple_server": _wsgiref_server,
    "werkzeug.serving": _werkzeug,
    "waitress.server": _waitress,
    "cheroot.wsgi": _cheroot,
    "gunicorn.workers.base": _gunicorn,
    "gunicorn.workers.gasgi": _gunicorn_asgi,
    "uvicorn.config": _uvicorn,
    "hypercorn.app_wrappers": _hypercorn,
}
