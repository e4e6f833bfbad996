"""kombu: messages are handled by the callbacks of a consumer; Celery publishes through it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from leadline_agent.messages import destination, handled, sent
from leadline_agent.replacing import after, around


def system(driver: str) -> str:
    """Return what OpenTelemetry calls the system behind a transport."""
    return "rabbitmq" if driver in ("amqp", "pyamqp", "py-amqp", "librabbitmq") else driver


def _driver(connected: Any) -> str:
    return system(str(getattr(getattr(connected.connection, "transport", None), "driver_type", None) or "kombu"))


def hook(module: ModuleType) -> None:
    """Hook `kombu.messaging`."""

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
