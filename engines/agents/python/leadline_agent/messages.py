"""A message: publishing one is a sink that carries the trace context, handling it is a root that goes on from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from leadline_agent import clients, recording, tree
from leadline_agent.arriving import arrive
from leadline_agent.patching import complain
from leadline_agent.propagation import HEADER


def destination(exchange: str | None, routing_key: str | None) -> str:
    """Return how producer and consumer both name where an AMQP message goes: a queue of the default exchange bare."""
    return ":".join(dict.fromkeys(part for part in (exchange, routing_key) if part))


def sent(system: str, target: str, body: object) -> dict[str, str]:
    """Record that a message is published, and return the headers to add to it; none outside of a recorded request."""
    if tree.current.get() is None:
        return {}
    try:
        told = {"messaging.system": system, "messaging.destination.name": target, "messaging.operation.type": "send"}
        arrive("message", body, skip=2, **told)
        context = clients.context()
    except Exception as error:  # a body that nobody expected
        complain("message", error)
        return {}
    return {HEADER: context} if context else {}


@contextmanager
def handled(headers: Any, system: str, target: str) -> Iterator[None]:
    """Record what is done with a message under a root of its own. `headers`: a mapping or pairs, of text or bytes."""
    request = recording.consumed(_context(headers), system, target)
    try:
        yield
    except BaseException as error:
        recording.closed(request, error=None if isinstance(error, GeneratorExit) else error)
        raise
    recording.closed(request)


def each_handled(messages: Any, system: str, told: Any) -> Iterator[Any]:
    """Yield messages, each handled until the next is asked for. `told(message)` returns its headers and its target."""
    for message in messages:
        headers, target = told(message)
        with handled(headers, system, target):
            yield message


def _context(headers: Any) -> object:
    if isinstance(headers, (list, tuple)):
        headers = dict(headers)
    return headers.get(HEADER) if isinstance(headers, dict) else None
