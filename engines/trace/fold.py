"""Spans placed in the calling context tree: from the roots down, one level at a time, in columns.

A call path is the chain of endpoints and functions above a span; its key is hashed from the key of the path above it,
so that equal paths meet without being spelled out. See Ammons, Ball and Larus, Exploiting hardware performance counters
with flow and context sensitive profiling, PLDI 1997, for the structure.

Rows are numbers of spans in one set of arrays; `n`, the number of spans, stands for "none".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.trace.normalise import Kind

MAX_DEPTH = 64  # calls below each other; call paths longer than this end there
SHALLOW = 16  # so deep a function may stand on its path again and again; below it continues where it stood
MAX_LEVELS = 2_000  # spans below each other

Rows = np.ndarray  # int32
Keys = np.ndarray  # uint64


@dataclass(frozen=True, slots=True)
class Placed:
    """Where every span is in the tree; all arrays have one value a span."""

    path: Keys  # of the span itself; 0: it is a link, or was not placed
    above: Keys  # the path that it is called from; 0: none
    entry: Rows  # the first endpoint at or above it
    is_cut: np.ndarray  # too deep to have a path
    is_placed: np.ndarray  # False: its parents form a cycle


def place(parent: Rows, kind: np.ndarray, symbol: Keys) -> Placed:
    """Place spans by the rows of their parents (`n` for none), their `Kind` and the key of what they are."""
    walk = _Walk(kind, symbol)
    n = len(parent)
    roots = np.flatnonzero(parent == n)
    walk.down(roots, np.full(len(roots), n, np.int32))
    rest = np.flatnonzero(parent != n)
    for _ in range(MAX_LEVELS):
        ready = walk.is_placed[parent[rest]]
        if not ready.any():
            break
        now = rest[ready]
        walk.down(now, parent[now])
        rest = rest[~ready]
    walk.leave(rest[_hangs(rest, parent, walk.is_placed)])
    return walk.placed()


def mixed(first: Keys, second: Keys) -> Keys:
    """Return a key for each pair of keys that depends on their order; never 0, which stands for none."""
    key = (first ^ (first >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + second
    key = (key ^ (key >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    return key | np.uint64(1)


def _hangs(rest: Rows, parent: Rows, is_placed: np.ndarray) -> np.ndarray:
    """Whether each row hangs below a placed one, however far: if not, it hangs in a cycle."""
    above = parent[rest]
    jump = np.append(parent, len(parent))
    for _ in range(max(len(parent).bit_length(), 1) if len(rest) else 0):
        jump[rest] = np.where(is_placed[jump[rest]], jump[rest], jump[jump[rest]])
        above = jump[rest]
    return is_placed[above]


class _Walk:
    """The state of the walk. Every array has one more value than there are spans: what a root finds above itself."""

    def __init__(self, kind: np.ndarray, symbol: Keys) -> None:
        n = len(kind)
        self.kind, self.symbol = kind, np.append(symbol, np.uint64(0))
        self.carrier = np.full(n + 1, n, np.int32)  # the innermost endpoint or function at or above
        self.below = np.full(n + 1, n, np.int32)  # the carrier that a carrier is called from
        self.path = np.zeros(n + 1, np.uint64)  # of carriers
        self.depth = np.full(n + 1, -1, np.int16)  # of carriers
        self.entry = np.full(n + 1, n, np.int32)
        self.is_cut, self.is_placed = np.zeros(n + 1, bool), np.zeros(n + 1, bool)

    def down(self, now: Rows, parent: Rows) -> None:
        """Place rows below their parents, which are placed."""
        none = len(self.kind)
        kind, symbol = self.kind[now], self.symbol[now]
        caller, entry = self.carrier[parent], self.entry[parent]
        depth = self.depth[caller]
        standing = np.where((kind == Kind.FUNCTION) & (symbol == self.symbol[caller]), caller, none)  # direct recursion
        carries = (kind == Kind.FUNCTION) | (kind == Kind.ENDPOINT)
        deep = np.flatnonzero(carries & (depth >= SHALLOW) & (standing == none))
        if len(deep):
            standing[deep] = self._standing(symbol[deep], caller[deep])
        is_cut = (kind != Kind.LINK) & (standing == none) & (depth >= MAX_DEPTH)
        is_new = carries & (standing == none) & ~is_cut
        new, above = now[is_new], caller[is_new]
        self.path[new] = mixed(self.path[above], symbol[is_new])
        self.depth[new] = depth[is_new] + 1
        self.below[new] = above
        self.carrier[now] = np.where(is_new, now, np.where(standing != none, standing, caller))
        self.entry[now] = np.where((kind == Kind.ENDPOINT) & (entry == none), now, entry)
        self.is_cut[now] = is_cut
        self.is_placed[now] = True

    def _standing(self, symbol: Keys, caller: Rows) -> Rows:
        """Return the nearest carrier above that is the same, if any."""
        none = len(self.kind)
        found = np.full(len(symbol), none, np.int32)
        for _ in range(MAX_DEPTH + 1):
            found = np.where((found == none) & (self.symbol[caller] == symbol), caller, found)
            caller = self.below[caller]
        return found

    def leave(self, rows: Rows) -> None:
        """Cut rows off: they hang deeper than the walk goes."""
        self.is_cut[rows] = self.is_placed[rows] = True

    def placed(self) -> Placed:
        """Return what was found."""
        carried = self.path[self.carrier][:-1]
        is_sink = self.kind == Kind.SINK
        path = np.where(is_sink, mixed(carried, self.symbol[:-1]), carried)
        path[(self.kind == Kind.LINK) | self.is_cut[:-1] | ~self.is_placed[:-1]] = 0
        above = np.where(is_sink, carried, self.path[self.below[self.carrier]][:-1])
        return Placed(path, above, self.entry[:-1], self.is_cut[:-1], self.is_placed[:-1])


@dataclass(frozen=True, slots=True)
class Origins:
    """What is known of spans when the entries of traces are told apart; all arrays have one value a span."""

    trace: Keys
    parent_key: Keys  # 0: it says that it has none
    start: Keys
    key: Keys


def entries(placed: Placed, parent: Rows, told: Origins) -> Rows:
    """Return the row of the request that each span belongs to, `n` where its trace has none.

    The entry of a trace is its first request, one without a caller before all others. Another request whose caller was
    not recorded belongs to it, unless it plainly came from outside as the first did.
    """
    n = len(parent)
    tops = np.flatnonzero(placed.entry == np.arange(n, dtype=np.int32))
    is_called = told.parent_key[tops] != 0
    order = tops[np.lexsort((told.key[tops], told.start[tops], is_called, told.trace[tops]))]
    traces, begins = np.unique(told.trace[order], return_index=True)
    firsts = order[begins]
    first = firsts[np.searchsorted(traces, told.trace[tops])]
    is_inner = (parent[tops] == n) & is_called & (told.parent_key[tops] != told.parent_key[first])
    entry_of = np.append(np.arange(n, dtype=np.int32), np.int32(n))
    entry_of[tops] = np.where(is_inner, first, tops)
    entry = entry_of[placed.entry]
    lost = np.flatnonzero(entry == n)
    if len(traces) and len(lost):
        at = np.minimum(np.searchsorted(traces, told.trace[lost]), len(traces) - 1)
        entry[lost] = np.where(traces[at] == told.trace[lost], firsts[at], n)
    return entry
