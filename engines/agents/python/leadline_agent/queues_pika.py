"""pika: messages are handled by callbacks, or one after the other in an iteration."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from leadline_agent.messages import destination, handled, sent
from leadline_agent.replacing import around


def hook(module: ModuleType) -> None:
    """Hook `pika.channel`."""

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
    around(module.Channel, "basic_consume", _consuming)


def hook_blocking(module: ModuleType) -> None:
    """Hook `pika.adapters.blocking_connection`."""

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

    around(module.BlockingChannel, "basic_consume", _consuming)
    around(module.BlockingChannel, "consume", iterating)


def _consuming(original: Callable) -> Callable:
    def consume(channel: Any, queue: str, on_message_callback: Callable, *arguments: Any, **keywords: Any) -> Any:
        if getattr(on_message_callback, "__module__", "").startswith("pika."):
            return original(channel, queue, on_message_callback, *arguments, **keywords)

        def handle(of: Any, method: Any, properties: Any, body: Any) -> Any:
            with handled(properties.headers, "rabbitmq", destination(method.exchange, method.routing_key)):
                return on_message_callback(of, method, properties, body)

        return original(channel, queue, handle, *arguments, **keywords)

    return consume
