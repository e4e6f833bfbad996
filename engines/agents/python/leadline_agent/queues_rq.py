"""rq: a job carries the context among its metadata; it is handled in a process of its own, which ends at once."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from leadline_agent import recording
from leadline_agent.messages import handled, sent
from leadline_agent.replacing import after, around


def hook_job(module: ModuleType) -> None:
    """Hook `rq.job`."""
    make = module.Job.create.__func__

    def create(cls: type, *arguments: Any, **keywords: Any) -> Any:
        job = make(cls, *arguments, **keywords)
        job.meta.update(sent("rq", str(job.origin or "default"), job.description))
        return job

    def performing(original: Callable) -> Callable:
        def perform(job: Any) -> Any:
            with handled(job.meta, "rq", str(job.origin or "default")):
                return original(job)

        return perform

    module.Job.create = classmethod(create)
    around(module.Job, "perform", performing)


def hook_worker(module: ModuleType) -> None:
    """Hook `rq.worker`."""
    worker = getattr(module, "BaseWorker", None) or module.Worker
    # The process of a job ends without ceremony right behind this.
    after(worker, "perform_job", lambda _, worker, *__, **___: recording.flush() if worker._is_horse else None)
