"""The picture of a lead path: one lane a service, endpoint → function → line, drawn as an HTML grid.

Observed hops are solid and carry counts and who exercised them; possible hops are dashed and say so in words.
"""

from __future__ import annotations

import re

from app.components import located, number
from app.markup import Html, h, join
from app.queries import Row
from app.vocabulary import people

LANE_HEIGHT = 122  # pixels
LANE_NAME = '<div class="lane-name" style="grid-row: {row}; grid-column: 1">{service}</div>'


def picture(hops: list[Row], state: str = "") -> Html:
    """Draw the hops of one path, in order; a state that is said colours the line."""
    lanes = list(dict.fromkeys(hop["service"] for hop in hops))
    drawn = [
        h('<div class="lane" style="grid-row: {row}"></div>' + LANE_NAME, row=row, service=service)
        for row, service in enumerate(lanes, 1)
    ]
    for position, hop in enumerate(hops):
        row = lanes.index(hop["service"]) + 1
        if position:
            drawn.append(_edge(lanes.index(hops[position - 1]["service"]) + 1, row, 2 * position + 1, hop))
        drawn.append(_hop(hop, row, 2 * position + 2))
    return h(
        '<div class="picture state-{state}"><div class="lanes" style="--half: {half}px; '
        'grid-template: repeat({n}, {height}px) / {columns}">{drawn}</div></div>',
        state=state,
        columns="max-content "
        + " minmax(2.9rem, 1fr) ".join(["minmax(7.7rem, 13rem)"] * (len(hops) - 1) + ["minmax(9rem, 17rem)"])
        + " minmax(.6rem, auto)",
        n=len(lanes),
        height=LANE_HEIGHT,
        half=LANE_HEIGHT // 2,
        drawn=join(drawn),
    )


def reach(hop: Row) -> str:
    """Say whether a hop was observed, how often and by whom, or is only possible."""
    if not hop["is_observed"]:
        return "possible, never observed"
    if not hop["calls"]:
        return "observed by the evidence, in no recording"
    by = people(hop["exercisers"])
    return f"observed {number(hop['calls'])}×" + (f" by {by}" if by else "")


def outside(hop: Row) -> str:
    """Say which outside value was seen at a hop, or nothing."""
    if hop["outside_value"] is None:
        return f"from {hop['outside_parameter']}" if hop["outside_parameter"] else ""
    return f"{hop['outside_parameter'] or '?'} = {hop['outside_value']}"


def _hop(hop: Row, row: int, column: int) -> Html:
    where = located(hop)
    return h(
        '<div class="hop {kind} {maybe}" style="grid-row: {row}; grid-column: {column}" title="{full}">'
        "<small>{kind}</small><b>{symbol}</b>{where}{value}<small>{reach}</small></div>",
        kind=hop["hop_kind"],
        maybe="" if hop["is_observed"] else "maybe",
        row=row,
        column=column,
        full=f"{hop['service']} {hop['symbol']} {where}",
        symbol=join(re.split(r"(?<=[.(])", hop["symbol"] or ""), "<wbr>"),  # code breaks after a dot or a bracket
        where=h("<small>{where}</small>", where=where) if where else "",
        value=h('<small class="value">{value}</small>', value=outside(hop)) if outside(hop) else "",
        reach=reach(hop),
    )


def _edge(start: int, end: int, column: int, hop: Row) -> Html:
    top = LANE_HEIGHT * (end - min(start, end)) + LANE_HEIGHT // 2
    return h(
        '<div class="edge {way} {maybe}" style="grid-row: {first} / {last}; grid-column: {column}">'
        '<span class="from"></span><span class="to"></span><span class="head" style="top: {head}px">▶</span>'
        '<span class="said" style="top: {said}px">{label}</span></div>',
        way="down" if end > start else "up" if end < start else "level",
        maybe="" if hop["is_observed"] else "maybe",
        first=min(start, end),
        last=max(start, end) + 1,
        column=column,
        head=top - 5,
        said=top + 6,
        label=f"{number(hop['calls'])}×" if hop["is_observed"] else "possible",
    )
