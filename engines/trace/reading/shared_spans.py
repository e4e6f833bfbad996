"""Which ids both sides of a call reported, in 12 bytes for each side, so that ten million of them can be kept."""

from __future__ import annotations

from array import array

import numpy as np

_MIX = 0x9E3779B97F4A7C15  # 2⁶⁴ ÷ golden ratio (Knuth, The Art of Computer Programming 3, 6.4)


class SharedSpans:
    """The spans that have a client's and a server's side. `note` them all, `sort`, then ask."""

    def __init__(self) -> None:
        self._keys = {False: array("Q"), True: array("Q")}  # is it the server's side?
        self._services = {False: array("I"), True: array("I")}
        self._numbers: dict[str, int] = {}
        self._shared = np.empty(0, np.uint64)
        self._sides: dict[bool, np.ndarray] = {}

    def note(self, trace_id: int, span_id: int, is_server: bool, service: str) -> None:
        """Take one side of a span into account."""
        self._keys[is_server].append(_key(trace_id, span_id))
        self._services[is_server].append(self._numbers.setdefault(service, len(self._numbers)))

    def sort(self) -> None:
        """Make ready to be asked."""
        keys, services = {}, {}
        for side in (False, True):
            keys[side], first = np.unique(np.array(self._keys[side], np.uint64), return_index=True)
            services[side] = np.array(self._services[side], np.uint32)[first]
        self._shared, *places = np.intersect1d(keys[False], keys[True], assume_unique=True, return_indices=True)
        self._sides = {side: services[side][place] for side, place in zip((False, True), places, strict=True)}
        self._keys, self._services = {}, {}

    def is_shared(self, trace_id: int, span_id: int) -> bool:
        """Whether both sides of the span were reported."""
        return self._at(_key(trace_id, span_id)) is not None

    def server_id(self, trace_id: int, span_id: int) -> int:
        """Return the id that the server's side of a shared span gets."""
        return _key(trace_id, span_id ^ _MIX) or 1

    def parent_of(self, trace_id: int, parent_id: int, service: str) -> int:
        """Return the id of the side that a span of a service is a child of: the server's, but where only the client is.

        An id that is not shared is returned as it is.
        """
        at = self._at(_key(trace_id, parent_id))
        if at is None:
            return parent_id
        number = self._numbers.get(service)
        if number == self._sides[False][at] and number != self._sides[True][at]:
            return parent_id
        return self.server_id(trace_id, parent_id)

    def _at(self, key: int) -> int | None:
        at = int(np.searchsorted(self._shared, np.uint64(key)))
        return at if at < len(self._shared) and self._shared[at] == key else None


def _key(trace_id: int, span_id: int) -> int:
    """Return a number that stands for a span: of two different ones it is equal once in 2⁶⁴."""
    mixed = ((trace_id ^ (trace_id >> 64)) * _MIX + span_id) * _MIX & (2**64 - 1)
    return mixed ^ (mixed >> 32)
