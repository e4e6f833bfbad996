"""A WSGI application as the agent calls it (PEP 3333): one request from the environ to the close of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from leadline_agent import recording, tree
from leadline_agent.patching import complain
from leadline_agent.tree import Request

REQUEST, BASE = "leadline.request", "leadline.base"  # in the environ: the request, the SCRIPT_NAME that it came with

Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]


def recorded(application: Application) -> Application:
    """Return the application with a request around each call, unless one further out has opened it."""

    def serve(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        if REQUEST in environ:
            return application(environ, start_response)
        try:
            request = _handed_on(environ)
            if request is not None:
                environ[REQUEST] = request
                return application(environ, start_response)
            request = _opened(environ)
        except Exception as error:  # an environ that is none
            complain("request", error)
            return application(environ, start_response)
        return _call(application, environ, start_response, request)

    return serve


def route(environ: dict[str, Any], template: str) -> None:
    """Name the template of an environ's request, below the prefix that it was mounted at."""
    request = environ.get(REQUEST)
    if request is not None:
        prefix = environ.get("SCRIPT_NAME", "")[len(environ.get(BASE, "")) :]
        recording.routed(request, prefix + template)


def _opened(environ: dict[str, Any]) -> Request:
    environ[BASE] = environ.get("SCRIPT_NAME", "")
    request = environ[REQUEST] = recording.served(
        environ.get("HTTP_TRACEPARENT"),
        environ["REQUEST_METHOD"],
        _text(environ.get("PATH_INFO", "")) or "/",
        _text(environ.get("QUERY_STRING", "")),
        environ.get("wsgi.url_scheme", "http"),
        environ.get("HTTP_HOST", ""),
    )
    return request


def _handed_on(environ: dict[str, Any]) -> Request | None:
    """Return the current request where an ASGI application has handed it to this one."""
    node = tree.current.get()
    if node is None or node.request.is_finished or node.request.kind != tree.SERVER:
        return None
    told = node.request.attributes
    path = _text(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""))
    same = (told["http.request.method"], told["url.path"]) == (environ["REQUEST_METHOD"], path)
    return node.request if same else None


def _call(application: Application, environ: dict[str, Any], start_response: Callable, request: Request) -> Any:
    status: list[int] = []

    def start(line: str, headers: list, *failed: Any) -> Callable:
        status[:] = [int(line[:3])]
        return start_response(line, headers, *failed)

    try:
        answer = application(environ, start)
    except BaseException as error:
        recording.closed(request, error=error)
        raise
    wrapper = environ.get("wsgi.file_wrapper")
    if type(answer) in (list, tuple) or isinstance(wrapper, type) and isinstance(answer, wrapper):
        recording.closed(request, *status)  # complete, or a file that the server sends in a way of its own
        return answer
    return (_SizedAnswer if hasattr(answer, "__len__") else _Answer)(answer, request, status)


class _Answer:
    """The body while it is being sent: what the service still computes for it is part of the request."""

    def __init__(self, answer: Iterable[bytes], request: Request, status: list[int]) -> None:
        self.answer, self.status = answer, status
        self.request: Request | None = request
        self.parts: Iterator[bytes] | None = None
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        self.parts = iter(self.answer)
        return self

    def __next__(self) -> bytes:
        try:
            return next(self.parts)  # type: ignore[arg-type]
        except StopIteration:
            raise
        except BaseException as error:
            self.error = error
            raise

    def close(self) -> None:
        try:
            if hasattr(self.answer, "close"):
                self.answer.close()
        finally:
            self._end()

    def __del__(self) -> None:
        self._end()  # a server whose client went away may forget to close

    def _end(self) -> None:
        request, self.request = self.request, None
        if request is not None:
            recording.closed(request, *self.status, error=self.error)


class _SizedAnswer(_Answer):
    def __len__(self) -> int:
        return len(self.answer)  # type: ignore[arg-type] - of one part: servers take its length for that of the body


def _text(value: str) -> str:
    try:  # WSGI spells bytes as Latin-1
        return value.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return value
