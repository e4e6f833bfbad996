"""Which parts of a file its grammar could not read."""

from __future__ import annotations

from tree_sitter import Node

from engines.static.reading.facts import Fault

_MOST = 0.5  # of a file, in errors: then what was read of it means nothing
_MAX_VISITED = 50_000


def faults(root: Node, size: int) -> list[Fault]:
    """Return one fault: `unparsable` when more than half of a file is in errors, else `partly_parsed`.

    None where the grammar only missed a sign that stands for no node (the end of a line before `}` in Kotlin).
    """
    places: list[Node] = []
    pending, visited = [root], 0
    while pending and visited < _MAX_VISITED:
        node = pending.pop()
        visited += 1
        if node.is_error or node.is_missing:
            places.append(node)
        elif node.has_error:
            pending += [child for child in node.children if child.has_error or child.is_error or child.is_missing]
    if not places and not pending:
        return []
    lost = sum(place.end_byte - place.start_byte for place in places)
    line = min((place.start_point[0] + 1 for place in places), default=1)
    if size and lost > _MOST * size:
        why = f"The grammar could not read more than half of it, from line {line} on."
        return [Fault("unparsable", line, why)]
    where = "one place" if len(places) == 1 else f"{len(places)} places"
    why = f"The grammar could not read {where}, the first one in line {line}; the rest was read."
    return [Fault("partly_parsed", line, why)]
