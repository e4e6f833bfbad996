"""Celery: its tasks are handled where they run, which is not always the process that received the message."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from leadline_agent import recording
from leadline_agent.messages import destination
from leadline_agent.propagation import HEADER
from leadline_agent.queues_kombu import system
from leadline_agent.tree import Request


def hook(module: ModuleType) -> None:
    """Connect to `celery.signals`."""
    running: dict[str, Request] = {}
    failed: dict[str, BaseException] = {}

    def begin(task_id: str, task: Any, **_: Any) -> None:
        told = task.request
        if told.is_eager or told.called_directly:
            return  # a call like any other
        way = told.delivery_info or {}
        traceparent = getattr(told, HEADER, None) or (told.headers or {}).get(HEADER)
        broker = system(str(task.app.conf.broker_url or "celery").split(":")[0])
        target = destination(way.get("exchange"), way.get("routing_key"))
        running[task_id] = recording.consumed(traceparent, broker, target)

    def fail(task_id: str, exception: BaseException, **_: Any) -> None:
        if task_id in running:
            failed[task_id] = exception

    def end(task_id: str, **_: Any) -> None:
        request = running.pop(task_id, None)
        if request is not None:
            recording.closed(request, error=failed.pop(task_id, None))

    module.task_prerun.connect(begin, weak=False)
    module.task_failure.connect(fail, weak=False)
    module.task_postrun.connect(end, weak=False)
    module.worker_process_shutdown.connect(lambda **_: recording.flush(), weak=False)
