"""How many functions each exerciser reached, as a small heat table: the share as colour and in words, unknown apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.components import Column, number
from app.markup import Html, h
from app.queries import Row
from app.vocabulary import EXERCISERS, LIMITS, words

ANYONE = "any"


def heat_columns() -> list[Column]:
    """Return one column for anyone and one for each exerciser; rows are those of `pivoted`."""
    return [
        Column("Anyone" if who == ANYONE else EXERCISERS[who], lambda row, who=who: heat_cell(row["by"].get(who)))
        for who in (ANYONE, *EXERCISERS)
    ]


def pivoted(shares: Sequence[Row], key: Callable[[Row], str]) -> list[Row]:
    """Return one row a key with its shares by exerciser: `name, functions, by`."""
    found: dict[str, Row] = {}
    for row in shares:
        kept = found.setdefault(key(row), {"name": key(row), "functions": row["functions"], "by": {}})
        kept["by"][row["exerciser"]] = row
    return list(found.values())


def heat_cell(share: Row | None) -> Html:
    """Return a cell: reached of all, coloured by the share; what is unknown is hatched and says why."""
    if share is None:
        return Html("")
    if share["unknown"] == share["functions"]:
        why = LIMITS.get(share["limited_by"], words(share["limited_by"]))
        return h('<div class="heat hatched" title="{why}">unknown: {why}</div>', why=why)
    part = share["reached"] / max(share["functions"], 1)
    rest = f", {number(share['unknown'])} unknown" if share["unknown"] else ""
    return h(
        '<div class="heat" style="--share: {share}%" title="{title}">{reached} of {all} <small>{rest}</small></div>',
        share=round(100 * part),
        title=f"{share['unreached']} not reached{rest}"
        + (f": {LIMITS.get(share['limited_by'], '')}" if share["unknown"] else ""),
        reached=number(share["reached"]),
        all=number(share["functions"]),
        rest=rest.lstrip(", "),
    )
