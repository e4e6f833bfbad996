"""Places for the boxes and arrows of a directed graph, left to right in layers.

Cycles are broken depth first, layers are longest paths, long arrows pass through slots of their own, crossings are
reduced by barycentres. Source of the method: Sugiyama, Tagawa and Toda, Methods for visual understanding of
hierarchical system structures, IEEE Transactions on Systems, Man, and Cybernetics 11 (1981).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Edge = tuple[str, str]
Point = tuple[float, float]

SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Sizes:
    """Pixels: a box, the space between columns, the space between boxes of a column, the slot of a passing arrow."""

    width: int = 162
    height: int = 46
    between: int = 66
    gap: int = 16
    slot: int = 10


@dataclass(frozen=True, slots=True)
class Layout:
    """Where boxes begin (left, top), the points that each arrow passes (tail first), and the size of the whole."""

    boxes: Mapping[str, Point]
    arrows: Mapping[Edge, list[Point]]
    width: float
    height: float


_USUAL = Sizes()


def layout(nodes: Sequence[str], edges: Sequence[Edge], first: Sequence[str] = (), sizes: Sizes = _USUAL) -> Layout:
    """Place the nodes; those of `first` stand in the first column. Edges from a node to itself are left out."""
    edges = [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]
    forward = _without_cycles(nodes, edges, first)
    layer = _longest_paths(nodes, forward, first)
    chains = {edge: _chain(edge, layer) for edge in forward}
    columns = _columns(nodes, layer, chains)
    _order(columns, chains)
    tops = _tops(columns, chains, sizes)
    boxes = {name: (layer[name] * (sizes.width + sizes.between), tops[name]) for name in nodes}
    arrows = _arrows(forward, chains, layer, tops, sizes)
    for tail, head in edges:
        if (tail, head) not in arrows:  # beside the one that goes the other way
            arrows[tail, head] = [(x, y + sizes.slot / 2) for x, y in arrows[head, tail][::-1]]
    return Layout(
        boxes,
        arrows,
        max((x for x, _ in boxes.values()), default=0) + sizes.width,
        max((y for y in tops.values()), default=0) + sizes.height,
    )


def _without_cycles(nodes: Sequence[str], edges: Sequence[Edge], first: Sequence[str]) -> dict[Edge, Edge]:
    """Return edges that make no cycle, each with the edge that it stands for: itself, or the reverse of it."""
    out: dict[str, list[str]] = defaultdict(list)
    for tail, head in edges:
        out[tail].append(head)
    incoming = {head for _, head in edges}
    roots = [*first, *(name for name in nodes if name not in incoming), *nodes]
    state: dict[str, int] = {}
    back: set[Edge] = set()
    for root in roots:
        stack = [(root, iter(out[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, heads = stack[-1]
            for head in heads:
                if state.get(head) == 1:
                    back.add((name, head))
                elif head not in state:
                    state[head] = 1
                    stack.append((head, iter(out[head])))
                    break
            else:
                state[name] = 2
                stack.pop()
    turned: dict[Edge, Edge] = {edge: edge for edge in edges if edge not in back}
    for tail, head in back:
        turned.setdefault((head, tail), (tail, head))
    return turned


def _longest_paths(nodes: Sequence[str], edges: Mapping[Edge, Edge], first: Sequence[str]) -> dict[str, int]:
    out: dict[str, list[str]] = defaultdict(list)
    waiting = dict.fromkeys(nodes, 0)
    for tail, head in edges:
        out[tail].append(head)
        waiting[head] += 1
    linked = {name for edge in edges for name in edge}
    layer = {name: 0 if name in first or not first else 1 for name in nodes}
    ready = [name for name in nodes if not waiting[name]]
    while ready:
        name = ready.pop()
        for head in out[name]:
            layer[head] = max(layer[head], layer[name] + 1)
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    last = max((layer[name] for name in linked), default=0)
    return {name: min(layer[name], last) if name in linked else min(1, last) for name in nodes}


def _chain(edge: Edge, layer: Mapping[str, int]) -> list[str]:
    """Return the nodes and slots that an edge passes, one a layer."""
    tail, head = edge
    slots = [f"{tail}\x1f{head}\x1f{between}" for between in range(layer[tail] + 1, layer[head])]
    return [tail, *slots, head]


def _columns(nodes: Sequence[str], layer: Mapping[str, int], chains: Mapping[Edge, list[str]]) -> list[list[str]]:
    columns: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for name in nodes:
        columns[layer[name]].append(name)
    for edge, chain in chains.items():
        for step, slot in enumerate(chain[1:-1], 1):
            columns[layer[edge[0]] + step].append(slot)
    return columns


def _neighbours(chains: Mapping[Edge, list[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for chain in chains.values():
        for tail, head in zip(chain, chain[1:], strict=False):
            after[tail].append(head)
            before[head].append(tail)
    return before, after


def _order(columns: list[list[str]], chains: Mapping[Edge, list[str]]) -> None:
    """Order every column in place by the mean place of its neighbours, sweeping right and left."""
    before, after = _neighbours(chains)
    for sweep in range(SWEEPS):
        beside, way = (before, columns) if sweep % 2 == 0 else (after, columns[::-1])
        place = {name: row / max(len(column), 1) for column in columns for row, name in enumerate(column)}
        for column in way:
            mean = {
                name: sum(place[other] for other in beside[name]) / len(beside[name]) if beside[name] else place[name]
                for name in column
            }
            column.sort(key=lambda name: mean[name])
            place |= {name: row / len(column) for row, name in enumerate(column)}


def _tops(columns: list[list[str]], chains: Mapping[Edge, list[str]], sizes: Sizes) -> dict[str, float]:
    """Return the top of every node and slot: as near to the middle of its neighbours as the order allows."""
    before, after = _neighbours(chains)
    tall = {name: sizes.slot if "\x1f" in name else sizes.height for column in columns for name in column}
    tops: dict[str, float] = {}
    for column in columns:
        y = 0.0
        for name in column:
            tops[name] = y
            y += tall[name] + sizes.gap
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            wanted = {name: _middle(name, before[name] + after[name], tops, tall) for name in column}
            _settle(column, wanted, tops, tall, sizes.gap)
    least = min(tops.values(), default=0.0)
    return {name: top - least for name, top in tops.items()}


def _middle(name: str, beside: list[str], tops: Mapping[str, float], tall: Mapping[str, int]) -> float:
    if not beside:
        return tops[name]
    return sum(tops[other] + tall[other] / 2 for other in beside) / len(beside) - tall[name] / 2


def _settle(
    column: list[str], wanted: Mapping[str, float], tops: dict[str, float], tall: Mapping[str, int], gap: int
) -> None:
    """Move a column's boxes to where they want to be, in order and apart: each run that touches goes to its mean."""
    runs: list[tuple[list[str], float]] = []  # names, top of the first
    for name in column:
        runs.append(([name], wanted[name]))
        while len(runs) > 1 and _bottom(runs[-2], tall, gap) > runs[-1][1]:
            (upper, first), (lower, second) = runs[-2:]
            shift = _bottom((upper, 0.0), tall, gap)
            mean = (first * len(upper) + (second - shift) * len(lower)) / (len(upper) + len(lower))
            runs[-2:] = [(upper + lower, mean)]
    for names, top in runs:
        for name in names:
            tops[name] = top
            top += tall[name] + gap


def _bottom(run: tuple[list[str], float], tall: Mapping[str, int], gap: int) -> float:
    return run[1] + sum(tall[name] + gap for name in run[0])


def _arrows(
    forward: Mapping[Edge, Edge],
    chains: Mapping[Edge, list[str]],
    layer: Mapping[str, int],
    tops: Mapping[str, float],
    sizes: Sizes,
) -> dict[Edge, list[Point]]:
    """Return the points of every edge; those that leave or enter one side of a box share it, in order."""
    leaving = _ports(((edge[0], tops[chains[edge][1]], edge) for edge in forward), sizes)
    entering = _ports(((edge[1], tops[chains[edge][-2]], edge) for edge in forward), sizes)
    arrows: dict[Edge, list[Point]] = {}
    for edge, meant in forward.items():
        left = layer[edge[0]] * (sizes.width + sizes.between) + sizes.width
        points = [(float(left), tops[edge[0]] + leaving[edge])]
        for step, slot in enumerate(chains[edge][1:-1], 1):
            x = (layer[edge[0]] + step) * (sizes.width + sizes.between)
            points += [(x, tops[slot] + sizes.slot / 2), (x + sizes.width, tops[slot] + sizes.slot / 2)]
        points.append((layer[edge[1]] * (sizes.width + sizes.between), tops[edge[1]] + entering[edge]))
        arrows[meant] = points if meant == edge else points[::-1]
    return arrows


def _ports(ends: object, sizes: Sizes) -> dict[Edge, float]:
    sides: dict[str, list[tuple[float, Edge]]] = defaultdict(list)
    for name, height, edge in ends:  # type: ignore[attr-defined]
        sides[name].append((height, edge))
    return {
        edge: sizes.height * (row + 1) / (len(side) + 1)
        for side in sides.values()
        for row, (_, edge) in enumerate(sorted(side))
    }
