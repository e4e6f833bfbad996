"""The picture of the service map: boxes that are links, arrows beneath them as one SVG image.

The arrows are an image because pages pass through DOMPurify, which leaves no inline SVG; what they say is in words in
the boxes' titles and in the table below the picture as well.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence

from app.components import number
from app.layers import Layout, Point, Sizes, layout
from app.markup import LONGEST, Html, h, join, url
from app.queries import Row
from app.vocabulary import MAP_KINDS, MAP_LINKS, MAP_STATES, mark, words

MOST_NODES = 120
MOST_LABELS = 45  # arrows that carry their words; with more of them they would cover each other …
MOST_LABELS_OF_ONE = 4  # … and so would those that enter one box
MARGIN = 14
PAGE_WIDTH = 1130  # pixels of a page on a small screen: wider pictures are drawn smaller …
SMALLEST = 0.75  # … down to this, then they scroll
SIZES = Sizes()

COLOURS = {"destroy": "#b3261e", "write": "#a15c00", "publish": "#5b5478", "consume": "#5b5478", "read": "#0b5c8a"}
CALL = "#44525f"
FAINT = {"declared": "#8a97a3", "possible": "#8a97a3", "gone": "#b9c1c9"}
DASHES = {"declared": "2 4", "possible": "6 4", "gone": "1 5"}


def map_picture(nodes: Sequence[Row], links: Sequence[Row], release: str, chosen: str | None = None) -> Html:
    """Draw nodes and the links between them; what is not beside the chosen node is faint."""
    drawn = _busiest(nodes, links)
    ids = [row["node_id"] for row in drawn]
    kept = [row for row in links if row["from_id"] in set(ids) and row["to_id"] in set(ids)]
    placed = layout(
        ids,
        [(row["from_id"], row["to_id"]) for row in kept],
        [row["node_id"] for row in drawn if row["kind"] == "outside"],
        SIZES,
    )
    near = {chosen} | {end for row in kept if chosen in (row["from_id"], row["to_id"]) for end in _ends(row)}
    left_out = len(nodes) - len(drawn)
    return h(
        '<div class="picture map"><div class="plane" style="width: {width}px; height: {height}px; zoom: {zoom}">'
        '<img src="data:image/svg+xml;base64,{arrows}" width="{width}" height="{height}" alt="{told}">{boxes}'
        "</div></div>{left_out}",
        width=round(placed.width + 2 * MARGIN),
        height=round(placed.height + 2 * MARGIN),
        zoom=round(min(1, max(SMALLEST, PAGE_WIDTH / (placed.width + 2 * MARGIN))), 2),
        arrows=_encoded(_arrows(placed, kept, chosen)),
        told=f"{len(kept)} links between {len(drawn)} places; the table below says the same",
        boxes=join(
            _box(row, placed.boxes[row["node_id"]], release, chosen is not None and row["node_id"] not in near)
            for row in drawn
        ),
        left_out=h('<div class="quiet">{n} more are in the table only.</div>', n=left_out) if left_out > 0 else "",
    )


def legend() -> Html:
    """Say what the strokes mean."""
    strokes = [
        *((name, COLOURS.get(name, CALL), "") for name in ("call", "read", "write", "destroy", "publish")),
        *((name, FAINT[name], DASHES[name]) for name in DASHES),
    ]
    return h(
        '<div class="strip legend">{strokes}</div>',
        strokes=join(
            h(
                '<span><i class="{kind}" style="border-color: {colour}"></i> {word}</span>',
                kind="dashed" if dashes else "",
                colour=colour,
                word="publish, consume" if name == "publish" else MAP_LINKS.get(name, words(name)),
            )
            for name, colour, dashes in strokes
        ),
    )


def reaches(row: Row) -> str:
    """Say how a link was taken, and how else the source says that it may be."""
    maybe = [access for access in row["possible_accesses"] if access not in row["accesses"]]
    return "; ".join(filter(None, (", ".join(row["accesses"]), f"possible: {', '.join(maybe)}" if maybe else "")))


def _encoded(image: str) -> Html:
    told = b64encode(image.encode()).decode()
    return join(told[start : start + LONGEST] for start in range(0, len(told), LONGEST))


def _busiest(nodes: Sequence[Row], links: Sequence[Row]) -> list[Row]:
    busy: dict[str, int] = {}
    for row in links:
        for end in _ends(row):
            busy[end] = busy.get(end, 0) + 1
    most = sorted(nodes, key=lambda row: (-busy.get(row["node_id"], 0), row["node_id"]))[:MOST_NODES]
    wanted = {row["node_id"] for row in most}
    return [row for row in nodes if row["node_id"] in wanted]


def _ends(row: Row) -> tuple[str, str]:
    return row["from_id"], row["to_id"]


def _box(row: Row, at: Point, release: str, is_faint: bool) -> Html:
    kind = MAP_KINDS[row["kind"]]
    said = _said(row)
    return h(
        '<a class="node {kind} {status} {faint}" style="left: {x}px; top: {y}px; width: {w}px; height: {t}px" '
        'href="{href}" title="{title}"><b><i>{icon}</i> {name}</b><small>{said}</small></a>',
        kind=row["kind"],
        status=row["status"],
        faint="faint" if is_faint else "",
        x=round(at[0] + MARGIN),
        y=round(at[1] + MARGIN),
        w=SIZES.width,
        t=SIZES.height,
        href=url("service_map", node=row["node_id"], release=release),
        title=f"{kind.word} {row['name']}: {said}",
        icon=kind.icon,
        name=row["name"],
        said=said,
    )


def _said(row: Row) -> str:
    """Return what the second line of a box says."""
    state = mark(MAP_STATES, row["status"]).word
    if row["kind"] == "service":
        limits = ("sampled" if row["is_sampled"] else "", "spans lost" if row["dropped"] else "")
        return " · ".join(filter(None, (row["exposure"] or "not in the manifest", state, *limits)))
    if row["kind"] == "datastore":
        named = [target.split(":", 1)[1] for target in row["targets"] if ":" in target]
        kind = row["store_kind"] if row["store_kind"] not in (None, "unknown") else ""
        told = ", ".join(named[:3]) + (" …" if len(named) > 3 else "")
        if kind == "file" and named:
            told = f"{len(named)} place{'s' if len(named) > 1 else ''}"
        return " · ".join(filter(None, (words(kind), told, state)))
    if row["kind"] == "outside":
        return "straight from the tests" if row["name"] == "internal" else "users and attackers"
    return f"{MAP_KINDS[row['kind']].word} · {state}"


def _arrows(placed: Layout, links: Sequence[Row], chosen: str | None) -> str:
    """Return the arrows as the text of an SVG image; nothing of the data is in it but numbers and words of ours."""
    width, height = placed.width + 2 * MARGIN, placed.height + 2 * MARGIN
    colours = sorted({_colour(row) for row in links})
    heads = "".join(
        f'<marker id="m{colour[1:]}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="{colour}"/></marker>'
        for colour in colours
    )
    entering = Counter(row["to_id"] for row in links)
    strokes = "".join(
        _stroke(
            row,
            placed.arrows[_ends(row)],
            chosen,
            len(links) <= MOST_LABELS and entering[row["to_id"]] <= MOST_LABELS_OF_ONE,
        )
        for row in links
        if _ends(row) in placed.arrows
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-MARGIN} {-MARGIN} {width:.0f} {height:.0f}" font-family="Source Sans, sans-serif">'
        f"<defs>{heads}</defs>{strokes}</svg>"
    )


def _stroke(row: Row, points: list[Point], chosen: str | None, has_label: bool) -> str:
    colour = _colour(row)
    is_faint = chosen is not None and chosen not in _ends(row)
    dashes = f'stroke-dasharray="{DASHES[row["status"]]}"' if row["status"] in DASHES else ""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f} " + " ".join(
        _curve(tail, head) for tail, head in zip(points, points[1:], strict=False)
    )
    label = _label(row) if has_label or (chosen is not None and not is_faint) else ""
    (x, y), way = points[-1], 1 if points[-1][0] > points[-2][0] else -1
    text = (
        f'<text x="{x - way * 11:.1f}" y="{y + 3.5:.1f}" font-size="10.5" fill="{colour}" '
        f'text-anchor="{"end" if way > 0 else "start"}" stroke="#fff" stroke-width="3" paint-order="stroke">'
        f"{label}</text>"
        if label
        else ""
    )
    return (
        f'<g opacity="{0.18 if is_faint else 1}"><path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5" '
        f'{dashes} marker-end="url(#m{colour[1:]})"/>{text}</g>'
    )


def _curve(tail: Point, head: Point) -> str:
    (x1, y1), (x2, y2) = tail, head
    bend = (x2 - x1) / 2
    return f"C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"


def _colour(row: Row) -> str:
    if not row["is_observed"]:
        return FAINT[row["status"]]
    return next((COLOURS[access] for access in COLOURS if access in row["accesses"]), CALL)


def _label(row: Row) -> str:
    """Return the words on an arrow: of our own vocabulary alone."""
    if not row["is_observed"]:
        return row["status"] if row["status"] in DASHES else ""
    told = [access for access in ("read", "write", "destroy", "publish", "consume") if access in row["accesses"]]
    how = told[0] if len(told) == 1 else "+".join(access[0] for access in told)
    return f"{number(row['calls'])}× {how}".strip()
