"""The libraries of queues that are followed, each in a module of its own."""

from __future__ import annotations

from leadline_agent import queues_celery, queues_kafka, queues_kombu, queues_pika, queues_rq
from leadline_agent.patching import on_import

_HOOKS = {
    "kombu.messaging": queues_kombu.hook,
    "celery.signals": queues_celery.hook,
    "pika.channel": queues_pika.hook,
    "pika.adapters.blocking_connection": queues_pika.hook_blocking,
    "kafka.producer.kafka": queues_kafka.hook_producer,
    "kafka.consumer.group": queues_kafka.hook_consumer,
    "rq.job": queues_rq.hook_job,
    "rq.worker": queues_rq.hook_worker,
}


def install() -> None:
    """Hook every library of the list above when it is imported."""
    for module, hook in _HOOKS.items():
        on_import(module, hook)
