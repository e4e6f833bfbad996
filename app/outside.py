"""Outside values at sinks as a table: which parameter of which request arrived where, how and by whose traffic."""

from __future__ import annotations

from collections.abc import Sequence

from app.components import Column, code, number, place, service_link, table
from app.markup import Html
from app.queries import Row
from app.vocabulary import ARRIVALS, people, words


def outside_table(found: Sequence[Row], release: str, empty: Html | str) -> None:
    """Show outside values, those that an earlier request left behind first."""
    table(
        found,
        [
            Column("Parameter", lambda row: code(row["parameter"] or "?")),
            Column("Of", _source),
            Column("Arrived", lambda row: ARRIVALS.get(row["arrived_by"], words(row["arrived_by"]))),
            Column("At", lambda row: row["sink_kind"]),
            Column("Service", lambda row: service_link(row, release)),
            Column("Place", place),
            Column("Function", lambda row: code(row["function"])),
            Column("Seen as", lambda row: "canary" if row["seen_as"] == "canary" else f"whole: {row['value']}"),
            Column("For example", lambda row: row["statement"], is_wide=True),
            Column("By", lambda row: people(row["exercisers"])),
            Column("Shapes", lambda row: number(row["shapes"]), is_number=True),
            Column("Hits", lambda row: number(row["hits"]), is_number=True),
        ],
        empty,
    )


def _source(row: Row) -> Html:
    return code(" ".join(filter(None, (row["source_method"], row["source_service"], row["source_route"]))))
