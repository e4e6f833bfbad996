"""kafka-python: a record is handled until the next one is asked for, by iteration or after `poll()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from leadline_agent.messages import each_handled, sent
from leadline_agent.propagation import HEADER
from leadline_agent.replacing import around


def hook_producer(module: ModuleType) -> None:
    """Hook `kafka.producer.kafka`."""

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


def hook_consumer(module: ModuleType) -> None:
    """Hook `kafka.consumer.group`."""

    def polling(original: Callable) -> Callable:
        def poll(*arguments: Any, **keywords: Any) -> dict[Any, _Records]:
            return {partition: _Records(records) for partition, records in original(*arguments, **keywords).items()}

        return poll

    around(module.KafkaConsumer, "poll", polling)
