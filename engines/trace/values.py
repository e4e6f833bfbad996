"""What stands at a sink: its shape, what it touches and how. Asked once for all values that differ in literals only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from engines.canary import canaries_in
from engines.redact import bounded, printable, redact
from engines.statements import operation_of, shape_of, targets_of
from engines.trace.normalise import NAME_LIMIT, clean

SHAPE_LIMIT = 2_000

# What an operation of a database that speaks no SQL does, where its driver tells no more than its name.
_READS = {"aggregate", "count", "distinct", "exists", "find", "get", "hget", "hgetall", "hmget", "keys", "lrange",
          "mget", "query", "scan", "search", "select", "smembers", "zrange"}  # fmt: skip
_DESTROYS = {"drop", "flushall", "flushdb", "truncate"}
_WRITES = {"append", "bulk", "create", "decr", "del", "delete", "expire", "findandmodify", "hset", "incr", "index",
           "insert", "insertmany", "insertone", "lpush", "merge", "put", "replace", "rpush", "sadd", "set", "setex",
           "update", "updatemany", "updateone", "upsert", "zadd"}  # fmt: skip


class Value(NamedTuple):
    """A described value; `lasting` are its targets as they are called wherever the release is deployed."""

    shape: str
    targets: tuple[str, ...]
    operation: str
    canaries: tuple[str, ...]
    lasting: str


def value_of(told: Mapping[str, Any], services: Mapping[str, str]) -> Value:
    """Describe a value of `store.VALUE`. `services`: by the `host[:port]` they answer at."""
    kind, text, mode = told["sink"], told["skeleton"], told["mode"]
    shape, operation = "", _operation(kind, mode, told["operation"])
    targets: tuple[str, ...] = ()
    if text is not None:
        shape = bounded(printable(shape_of(kind, text, shell=told["shell"])), SHAPE_LIMIT)
        targets = targets_of(kind, text)
        operation = operation_of(kind, text, mode) if text and kind != "message" else operation
    if told["target"]:
        targets = (told["target"],)
    targets = tuple(clean(redact(target)) for target in targets)
    lasting = " ".join(map(partial(_lasting, services), targets))
    return Value(shape, targets, operation, canaries_in(told["marks"] or ""), bounded(lasting, NAME_LIMIT))


def _operation(kind: str, mode: str | None, name: str | None) -> str:
    """Return what is done where no value tells it."""
    if kind == "message":
        return "write"
    if kind != "sql":
        return operation_of(kind, "", mode)
    name = (name or "").lower().replace("_", "")
    known = (("read", _READS), ("write", _WRITES), ("destroy", _DESTROYS))
    return next((operation for operation, names in known if name in names), "other")


def _lasting(services: Mapping[str, str], target: str) -> str:
    """Return a target without what differs between deployments: a directory by its last two names, a host's service."""
    if target.startswith("file:"):
        return "file:" + "/".join([part for part in target[5:].split("/") if part][-2:])
    if target.startswith("host:"):
        return "host:" + services.get(target[5:], target[5:])
    return target
