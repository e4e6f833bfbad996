"""The libraries of queues that are followed: kombu (and with it Celery), pika, kafka-python, rq."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

from leadline_agent import recording
from leadline_agent.messages import destination, each_handled, handled, sent
from leadline_agent.patching import on_import
from leadline_agent.propagation import HEADER
from leadline_agent.replacing import after, around
from leadline_agent.tree import Request


def install() -> None:
    """Hook every library of the list below when it is imported."""
    for module, patch in _PATCHES.items():
        on_import(module, patch)


# ── kombu ─────────────────────────────────────────────────────────────────────────────────────────────────


def _system(driver: str) -> str:
    return "rabbitmq" if driver in ("amqp", "pyamqp", "py-amqp", "librabbitmq") else driver


def _driver(connected: Any) -> str:
    return _system(str(getattr(getattr(connected.connection, "transport", None), "driver_type", None) or "kombu"))


def _kombu(module: ModuleType) -> None:
    def publishing(original: Callable) -> Callable:
        def publish(
            producer: Any, body: Any, priority: Any, content_type: Any, encoding: Any, headers: Any, properties: Any,
            routing_key: Any, mandatory: Any, immediate: Any, exchange: Any, *rest: Any, **keywords: Any,
        ) -> Any:  # fmt: skip
            context = sent(_driver(producer), destination(exchange, routing_key), body)
            if context:
                headers = {**headers, **context}
            return original(producer, body, priority, content_type, encoding, headers, properties, routing_key,
                            mandatory, immediate, exchange, *rest, **keywords)  # fmt: skip

        return publish

    def receiving(original: Callable) -> Callable:
        def receive(consumer: Any, body: Any, message: Any) -> Any:
            if all(map(_is_of_library, consumer.callbacks or ())):
                return original(consumer, body, message)
            with _kombu_handled(consumer, message):
                return original(consumer, body, message)

        return receive

    def made(_: None, consumer: Any, *__: Any, **___: Any) -> None:
        on_message = consumer.on_message
        if on_message is not None and not _is_of_library(on_message):

            def handle(message: Any) -> Any:
                with _kombu_handled(consumer, message):
                    return on_message(message)

            consumer.on_message = handle

    around(module.Producer, "_publish", publishing)
    around(module.Consumer, "receive", receiving)
    after(module.Consumer, "__init__", made)


def _kombu_handled(consumer: Any, message: Any) -> Any:
    told = message.delivery_info or {}
    return handled(message.headers, _driver(consumer), destination(told.get("exchange"), told.get("routing_key")))


def _is_of_library(callback: Any) -> bool:
    """Whether a callback only passes messages on: of Celery, whose tasks are followed themselves, or of kombu."""
    while isinstance(callback, partial):
        callback = callback.func
    return (getattr(callback, "__module__", None) or "").split(".")[0] in ("celery", "kombu")


# ── Celery: the worker that receives a message is not always the process that runs the task ────────────────


def _celery(module: ModuleType) -> None:
    running: dict[str, Request] = {}
    failed: dict[str, BaseException] = {}

    def begin(task_id: str, task: Any, **_: Any) -> None:
        told = task.request
        if told.is_eager or told.called_directly:
            return  # a call like any other
        way = told.delivery_info or {}
        traceparent = getattr(told, HEADER, None) or (told.headers or {}).get(HEADER)
        system = _system(str(task.app.conf.broker_url or "celery").split(":")[0])
        target = destination(way.get("exchange"), way.get("routing_key"))
        running[task_id] = recording.consumed(traceparent, system, target)

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


# ── pika ──────────────────────────────────────────────────────────────────────────────────────────────────


def _pika(module: ModuleType) -> None:
    def publishing(original: Callable) -> Callable:
        def publish(
            channel: Any, exchange: str, routing_key: str, body: Any, properties: Any = None, mandatory: bool = False
        ) -> Any:
            context = sent("rabbitmq", destination(exchange, routing_key), body)
            if context:
                properties = copy.copy(properties) if properties is not None else module.spec.BasicProperties()
                properties.headers = {**(properties.headers or {}), **context}
            return original(channel, exchange, routing_key, body, properties, mandatory)

        return publish

    around(module.Channel, "basic_publish", publishing)
    around(module.Channel, "basic_consume", _pika_consuming)


def _pika_blocking(module: ModuleType) -> None:
    def iterating(original: Callable) -> Callable:
        def consume(*arguments: Any, **keywords: Any) -> Iterator[Any]:
            for told in original(*arguments, **keywords):
                method, properties, _ = told
                if method is None:  # nothing came in time
                    yield told
                    continue
                with handled(properties.headers, "rabbitmq", destination(method.exchange, method.routing_key)):
                    yield told

        return consume

    around(module.BlockingChannel, "basic_consume", _pika_consuming)
    around(module.BlockingChannel, "consume", iterating)


def _pika_consuming(original: Callable) -> Callable:
    def consume(channel: Any, queue: str, on_message_callback: Callable, *arguments: Any, **keywords: Any) -> Any:
        if getattr(on_message_callback, "__module__", "").startswith("pika."):
            return original(channel, queue, on_message_callback, *arguments, **keywords)

        def handle(of: Any, method: Any, properties: Any, body: Any) -> Any:
            with handled(properties.headers, "rabbitmq", destination(method.exchange, method.routing_key)):
                return on_message_callback(of, method, properties, body)

        return original(channel, queue, handle, *arguments, **keywords)

    return consume


# ── kafka-python ──────────────────────────────────────────────────────────────────────────────────────────


def _kafka_producer(module: ModuleType) -> None:
    def sending(original: Callable) -> Callable:
        def send(
            producer: Any, topic: str, value: Any = None, key: Any = None, headers: Any = None, *rest: Any, **more: Any
        ) -> Any:
            context = [(name, text.encode()) for name, text in sent("kafka", topic, value).items()]
            if context:
                headers = [pair for pair in headers or () if pair[0] != HEADER] + context
            return original(producer, topic, value, key, headers, *rest, **more)

        return send

    around(module.KafkaProducer, "send", sending)


class _Records(list):
    """What was polled from a partition; each record is being handled until the next one is asked for."""

    def __iter__(self) -> Iterator[Any]:
        return each_handled(super().__iter__(), "kafka", lambda record: (record.headers, record.topic))


def _kafka_consumer(module: ModuleType) -> None:
    def polling(original: Callable) -> Callable:
        def poll(*arguments: Any, **keywords: Any) -> dict[Any, _Records]:
            return {partition: _Records(records) for partition, records in original(*arguments, **keywords).items()}

        return poll

    around(module.KafkaConsumer, "poll", polling)


# ── rq ────────────────────────────────────────────────────────────────────────────────────────────────────


def _rq_job(module: ModuleType) -> None:
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


def _rq_worker(module: ModuleType) -> None:
    worker = getattr(module, "BaseWorker", None) or module.Worker
    # The process of a job ends without ceremony right behind this.
    after(worker, "perform_job", lambda _, worker, *__, **___: recording.flush() if worker._is_horse else None)


_PATCHES = {
    "kombu.messaging": _kombu,
    "celery.signals": _celery,
    "pika.channel": _pika,
    "pika.adapters.blocking_connection": _pika_blocking,
    "kafka.producer.kafka": _kafka_producer,
    "kafka.consumer.group": _kafka_consumer,
    "rq.job": _rq_job,
    "rq.worker": _rq_worker,
}
