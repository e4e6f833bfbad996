"""Messages through real libraries and a broker between two processes: what handles one hangs below what sent it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engines.agents.python.collector import CONSUMER, PRODUCER, SERVER, Collector, Span, above, under
from tests.engines.agents.python.running import SERVICES, peer, service
from tests.ports import free_port

QUEUES = SERVICES / "queues"
SENT = {  # what is asked → the system, the destination, the worker that takes it, the function that handles it
    "/celery/tea": ("filesystem", "tasks", "celery", "keep"),
    "/celery/bad": ("filesystem", "tasks", "celery", "keep"),
    "/kombu/tea": ("filesystem", "parcels", "kombu", "Worker.on_parcel"),
    "/rq/tea": ("rq", "jobs", "rq", "store"),
    "/pika/tea": ("rabbitmq", "letters", "pika", "on_letter"),
    "/pika/more": ("rabbitmq", "notes", "pika iterating", None),
}


@pytest.fixture(scope="module")
def spans(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Span]]:
    """One message through each queue."""
    folder = tmp_path_factory.mktemp("broker")
    redis, amqp, front = free_port(), free_port(), free_port()
    given = {"BROKER": str(folder), "REDIS": str(redis), "AMQP": str(amqp)}
    workers = {
        "celery": [
            "celery",
            "-A",
            "tasks",
            "worker",
            "-c",
            "2",
            "-l",
            "error",
        ],  # two processes beside the receiving one
        "kombu": ["kombu_worker.py"],
        "rq": ["rq_worker.py"],
        "pika": ["pika_worker.py"],
        "pika iterating": ["pika_worker.py", "iterating"],
    }
    with Collector() as collector, ExitStack() as stack:
        stack.enter_context(peer(python, QUEUES / "redis_server.py", redis))
        stack.enter_context(peer(python, QUEUES / "amqp_server.py", amqp))
        for name, command in workers.items():
            stack.enter_context(service(name, python, QUEUES, command, collector.endpoint, None, **given))
        stack.enter_context(service("front", python, QUEUES, ["front.py"], collector.endpoint, front, **given))
        for path in SENT:
            connection = http.client.HTTPConnection("127.0.0.1", front, timeout=20)
            connection.request("GET", path)
            assert connection.getresponse().status == 200
        kinds = (SERVER, CONSUMER)
        yield collector.until(lambda spans: all(sum(s.kind == k for s in spans) >= len(SENT) for k in kinds), 30)


def line_of(mark: str) -> int:
    lines = (QUEUES / "front.py").read_text().splitlines()
    return 1 + next(number for number, line in enumerate(lines) if line.endswith(f"# mark {mark}"))


@pytest.mark.parametrize("path", SENT)
def test_handling_a_message_goes_on_from_the_line_that_sent_it(spans: list[Span], path: str) -> None:
    system, target, worker, function = SENT[path]
    [served] = [span for span in spans if span.kind == SERVER and span.told["url.path"] == path]
    [sent] = [span for span in under(served, spans) if span.kind == PRODUCER]
    assert (sent.sink, sent.told["messaging.system"]) == ("message", system)
    assert sent.told["messaging.destination.name"] == target
    assert (sent.told["code.file.path"], sent.told["code.line.number"]) == ("front.py", line_of(path.split("/")[1]))
    assert path.split("/")[2] in sent.told["leadline.sink.value"]
    [handled] = [span for span in spans if span.kind == CONSUMER and span.trace == served.trace]
    assert above(handled, spans) is sent and handled.service == worker
    assert handled.told["messaging.destination.name"] == target and handled.name == f"process {target}"
    ran = [span.function for span in under(handled, spans) if span.function]
    assert set(ran) == {function, "store", "written"} - {None}
    assert [span.told["code.function.name"] for span in under(handled, spans) if span.sink == "file"] == ["written"]


def test_a_task_that_failed_says_so(spans: list[Span]) -> None:
    failed = [span for span in spans if span.kind == CONSUMER and span.is_error]
    assert [(span.service, span.told["error.type"]) for span in failed] == [("celery", "ValueError")]


def test_nothing_is_handled_that_nobody_sent(spans: list[Span]) -> None:
    assert len([span for span in spans if span.kind == CONSUMER]) == len(SENT)


@pytest.mark.parametrize("topic", ["orders", "notes"], ids=["iterating", "polling"])
def test_records_of_kafka_are_handled_one_after_the_other(newest_python: Path, tmp_path: Path, topic: str) -> None:
    port = free_port()
    with Collector() as collector:
        given = {"BROKER": str(tmp_path)}
        with service("kafka", newest_python, QUEUES, ["kafka_service.py"], collector.endpoint, port, **given):
            for _ in range(2):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request("GET", f"/kafka/{topic}/tea")
                assert connection.getresponse().status == 200
            expected = {SERVER: 2, CONSUMER: 4}
            spans = collector.until(
                lambda spans: all(sum(s.kind == kind for s in spans) >= number for kind, number in expected.items())
            )
    handled = [span for span in spans if span.kind == CONSUMER]
    assert len(handled) == 4 and {span.told["messaging.destination.name"] for span in handled} == {topic}
    for span in handled:
        sent = above(span, spans)
        assert sent is not None and (sent.kind, sent.told["messaging.system"]) == (PRODUCER, "kafka")
        assert sent.told["code.function.name"] == "publish" and sent.told["leadline.sink.value"] == "tea"
        assert [inner.function for inner in under(span, spans) if inner.function] == ["store", "written"]
