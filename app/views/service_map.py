"""Service map: services, datastores, queues, third parties and the outside, and who reached what."""

from app import queries
from app.components import Column, badge, filters, heading, number, table
from app.map_picture import legend, map_picture, reaches
from app.markup import h, join, link, show
from app.page import open_page
from app.vocabulary import EXERCISERS, MAP_KINDS, MAP_LINKS, MAP_STATES, mark, people, words

release = open_page("Service map")
name = release["release_id"]
nodes = queries.map_nodes(name)
known = {row["node_id"]: row for row in nodes}
links = queries.map_links(name)

chosen = filters(
    ("Around", "node", list(known)),
    ("Exercised by", "exerciser", list(EXERCISERS)),
    ("Link", "status", list(MAP_LINKS)),
    ("Reaching", "kind", list(MAP_KINDS)),
)
centre = known.get(chosen["node"] or "")
who = chosen["exerciser"]
kept = [
    row | ({"calls": row["exerciser_calls"][row["exercisers"].index(who)]} if who in row["exercisers"] else {})
    for row in links
    if who in (None, *row["exercisers"])
    and chosen["status"] in (None, row["status"])
    and chosen["kind"] in (None, row["to_kind"])
]
is_cut = any(chosen[key] for key in ("exerciser", "status", "kind"))
ends = {row[end] for row in kept for end in ("from_id", "to_id")} | ({centre["node_id"]} if centre else set())
shown = [row for row in nodes if not is_cut or row["node_id"] in ends]


def on_map(node_id: str) -> object:
    """The name of a place as the link to its surroundings."""
    return link(known[node_id]["name"], "service_map", node=node_id, release=name)


if shown:
    show(legend())
    show(map_picture(shown, kept, name, centre["node_id"] if centre else None))
else:
    why = "No link is left by these filters." if links else "No service is declared and none was traced."
    show(h('<div class="empty">{why}</div>', why=why))

if centre:
    kind = MAP_KINDS[centre["kind"]]
    more = (
        link("→ service", "service", service=centre["name"], release=name)
        if centre["kind"] == "service" and centre["is_declared"]
        else ""
    )
    heading(centre["name"], join([kind.word, badge(mark(MAP_STATES, centre["status"])), more], " "))
    told = [words(centre["store_kind"]), ", ".join(centre["targets"])]
    show(h("<div>{told}</div>", told=" · ".join(filter(None, told))))
    kept = [row for row in kept if centre["node_id"] in (row["from_id"], row["to_id"])]

heading("Links", f"{len(kept)}, the busiest first")
table(
    kept[:500],
    [
        Column("From", lambda row: on_map(row["from_id"])),
        Column("", lambda row: "→" if row["is_observed"] else "⇢"),
        Column("To", lambda row: on_map(row["to_id"])),
        Column("Kind", lambda row: MAP_KINDS[row["to_kind"]].word),
        Column("Link", lambda row: MAP_LINKS[row["status"]]),
        Column("How", reaches),
        Column("What", lambda row: ", ".join(row["targets"] or row["possible_targets"]), is_wide=True),
        Column("By", lambda row: people(row["exercisers"])),
        Column("First seen", "first_release_id"),
        Column("Last seen", "last_release_id"),
        Column("Calls", lambda row: number(row["calls"]), is_number=True),
    ],
    "Nothing reaches anything here.",
)

silent = [row for row in nodes if row["kind"] == "service" and row["status"] != "traced"]
if silent and not centre:
    heading("Services that sent no traces", "what they do with a request is unknown, not nothing")
    table(
        silent,
        [
            Column("Service", lambda row: on_map(row["node_id"])),
            Column("", lambda row: badge(mark(MAP_STATES, row["status"]))),
            Column("", lambda row: "" if row["is_deployed"] else "not deployed on staging"),
            Column("", lambda row: "released" if row["is_released"] else "neighbour"),
            Column("Called by", lambda row: people(row["exercisers"])),
            Column("Calls", lambda row: number(row["calls"]), is_number=True),
        ],
    )
