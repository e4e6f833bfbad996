"""The flows of an endpoint as a tree: one line a distinct call path, the possible apart from the observed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.components import located, number
from app.markup import Html, h, join, link
from app.queries import Row
from app.vocabulary import EXERCISERS, people

MOST_LINES = 600
DEEPEST = 24  # levels of indentation; what lies deeper keeps the last

PROBING = {"dast", "fuzz"}
ICONS = {"endpoint": "▣", "function": "ƒ", "sink": "◆"}
SINKS = {"sql": "⛁", "http": "☁", "file": "▤", "message": "⇶"}


def flow_tree(flows: Sequence[Row], release: str) -> Html:
    """Draw the flows of one endpoint, depth first; at most 600 lines."""
    lines = list(in_order(flows))
    left_out = len(lines) - MOST_LINES
    return h(
        '<div class="picture flows">{lines}</div>{left_out}',
        lines=join(_line(row, level, release) for level, row in lines[:MOST_LINES]),
        left_out=h('<div class="quiet">… {n} more</div>', n=number(left_out)) if left_out > 0 else "",
    )


def in_order(flows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    """Yield every flow with its level, each below the one that it continues, the observed before the possible."""
    known = {row["flow_id"] for row in flows}
    below: dict[str | None, list[Row]] = defaultdict(list)
    for row in flows:
        below[row["parent_flow_id"] if row["parent_flow_id"] in known else None].append(row)
    for alike in below.values():
        alike.sort(key=lambda row: not row["is_observed"])
    waiting = [(0, row) for row in reversed(below[None])]
    while waiting:
        level, row = waiting.pop()
        yield level, row
        waiting += [(level + 1, child) for child in reversed(below.pop(row["flow_id"], []))]


def touched(flows: Sequence[Row]) -> Html:
    """Return what an endpoint touches, by kind: services, tables, hosts, files, queues; by probes only where so."""
    kinds: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in flows:
        for kind, name in _targets(row):
            kinds[kind][name].add(row["sink_operation"] or "")
            people[kind, name].update(row["exercisers"] if row["is_observed"] else ())
    return h(
        '<div class="strip">{kinds}</div>',
        kinds=join(
            h(
                "<span><b>{kind}</b> {names}</span>",
                kind=kind,
                names=join((_touched(name, how, people[kind, name]) for name, how in sorted(named.items())), ", "),
            )
            for kind, named in sorted(kinds.items())
        )
        or "nothing that is known of",
    )


def _targets(row: Row) -> list[tuple[str, str]]:
    if row["kind"] == "sink":
        return [(kind, name) for kind, _, name in (target.partition(":") for target in row["sink_targets"])]
    return [("service", row["service"])] if row["kind"] == "endpoint" and row["depth"] > 0 else []


def _touched(name: str, how: set[str], seen_by: set[str]) -> Html:
    if not seen_by:
        reach = "possible"
    elif seen_by <= PROBING:
        reach = "by probes only"
    else:
        reach = ""
    return h(
        '{name}<small class="quiet"> {told}</small>',
        name=name,
        told=" ".join(filter(None, (", ".join(sorted(how - {"", "other"})), reach))),
    )


def _line(row: Row, level: int, release: str) -> Html:
    where = located(row)
    indent = min(level, DEEPEST)
    return h(
        '<div class="flow {kind} {maybe}" style="--level: {level}" title="{service} {symbol} {where}">'
        '<span class="what"><i>{icon}</i>{service_tag}<b>{symbol}</b>{targets}<code>{where}</code></span>'
        '<span class="by">{by}</span><span class="calls">{calls}</span></div>',
        kind=row["kind"],
        maybe="" if row["is_observed"] else "maybe",
        level=indent,
        icon=SINKS.get(row["sink_kind"]) or ICONS.get(row["kind"], "·"),
        service=row["service"],
        service_tag=(
            h("<em>{s}</em>", s=link(row["service"], "service", service=row["service"], release=release))
            if row["kind"] == "endpoint"
            else ""
        ),
        symbol=_symbol(row),
        targets=h('<span class="value">{t}</span>', t=", ".join(row["sink_targets"])) if row["sink_targets"] else "",
        where=where,
        by=people([who for who in EXERCISERS if who in row["exercisers"]]) if row["is_observed"] else "possible",
        calls=f"{number(row['calls'])}×" if row["is_observed"] else "",
    )


def _symbol(row: Row) -> str:
    if row["kind"] != "sink":
        return row["symbol"] or ""
    operation = row["sink_operation"] if row["sink_operation"] not in (None, "other") else ""
    return " ".join(filter(None, (row["sink_kind"], operation)))
