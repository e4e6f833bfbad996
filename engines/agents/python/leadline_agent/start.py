"""Starts the agent inside a Python process: sinks first, then OpenTelemetry's instrumentation, then functions."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from leadline_agent import __version__, routes, sinks_audit, sinks_libraries, tree
from leadline_agent.patching import complain, on_import
from leadline_agent.source import ROOTS

if sys.version_info >= (3, 12):
    from leadline_agent import functions_monitoring as functions
else:
    from leadline_agent import functions_rewriting as functions

_INSTRUMENTED = {  # module whose import calls for it → instrumentation module, its class, its settings
    "flask": ("flask", "FlaskInstrumentor", {}),
    "fastapi": ("fastapi", "FastAPIInstrumentor", {"exclude_spans": ["receive", "send"]}),
    "httpx": ("httpx", "HTTPXClientInstrumentor", {}),
    "requests": ("requests", "RequestsInstrumentor", {}),
    "urllib.request": ("urllib", "URLLibInstrumentor", {}),
    "urllib3": ("urllib3", "URLLib3Instrumentor", {}),
}


def start() -> None:
    """Install everything. Raises when the agent cannot record at all, for example without OpenTelemetry."""
    if not ROOTS:
        return
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
    # Before OpenTelemetry: it imports frameworks, which copy names of what is to be hooked.
    sinks_libraries.install()
    _follow_threads()
    _record_requests()
    for module, (package, name, settings) in _INSTRUMENTED.items():
        on_import(module, lambda _, p=package, n=name, s=settings: _instrument(p, n, s))
    functions.install()
    sinks_audit.install()


def _instrument(package: str, name: str, settings: dict[str, Any]) -> None:
    try:
        module = importlib.import_module(f"opentelemetry.instrumentation.{package}")
    except ModuleNotFoundError as error:
        if error.name == f"opentelemetry.instrumentation.{package}":
            return  # not installed: that library is not instrumented
        raise
    if package == "fastapi":
        _resolve_routes(module)
    getattr(module, name)().instrument(**settings)


def _resolve_routes(module: Any) -> None:
    original = module._get_route_details

    def route_of(scope: dict[str, Any]) -> str | None:
        try:
            return routes.template(scope["app"].routes, dict(scope))
        except Exception as error:  # another FastAPI than the one known here
            complain("routes", error)
            return original(scope)

    module._get_route_details = route_of


def _record_requests() -> None:
    from opentelemetry import trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

    from leadline_agent.export import Exporter

    resource = Resource.create({"telemetry.distro.name": "leadline", "telemetry.distro.version": __version__})
    endpoint = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    exporter = Exporter(endpoint, dict(resource.attributes))

    class Recorder(SpanProcessor):
        """Opens a tree with a server span and closes it; marks client spans with the function that they belong to."""

        def __init__(self) -> None:
            self.trees: dict[int, tree.Request] = {}
            self.has_adopted_main = False

        def on_start(self, span: Any, parent_context: Any = None) -> None:
            try:
                if span.kind is trace.SpanKind.SERVER:
                    if not self.has_adopted_main:
                        self.has_adopted_main = True
                        functions.adopt_main()
                    self.trees[span.context.span_id] = tree.begin()
                elif span.kind is trace.SpanKind.CLIENT:
                    node = tree.current.get()
                    if node is not None and node.recorded().place is not None:
                        span.set_attribute("leadline.parent_span_id", node.recorded().identity().hex())
            except Exception as error:  # the service answers whether or not it is recorded
                complain("span", error)

        def on_end(self, span: Any) -> None:
            try:
                request = self.trees.pop(span.context.span_id, None)
                extra: dict[str, Any] = {}
                if request is not None:
                    tree.finish(request)
                    if request.dropped:
                        extra["leadline.dropped"] = request.dropped
                exporter.offer((span, request, extra))
            except Exception as error:
                complain("span", error)

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            exporter.flush(timeout_millis / 1000)
            return True

    provider = TracerProvider(resource=resource)
    provider.add_span_processor(Recorder())
    trace.set_tracer_provider(provider)


def _follow_threads() -> None:
    """Let work that a request hands to a thread be recorded under it; nothing else of the context is carried."""
    submit, begin = ThreadPoolExecutor.submit, threading.Thread.start

    def carried(work: Any) -> Any:
        from opentelemetry import context

        node, spans = tree.current.get(), context.get_current()

        def run(*arguments: Any, **keywords: Any) -> Any:
            before = tree.current.set(node)
            token = context.attach(spans)
            try:
                return work(*arguments, **keywords)
            finally:
                context.detach(token)
                tree.current.reset(before)

        return run

    def submit_carrying(pool: ThreadPoolExecutor, work: Any, /, *arguments: Any, **keywords: Any) -> Any:
        return submit(pool, work if tree.current.get() is None else carried(work), *arguments, **keywords)

    def start_carrying(thread: threading.Thread) -> None:
        if tree.current.get() is not None:
            thread.run = carried(thread.run)  # type: ignore[method-assign]
        begin(thread)

    ThreadPoolExecutor.submit = submit_carrying  # type: ignore[method-assign]
    threading.Thread.start = start_carrying  # type: ignore[method-assign]
