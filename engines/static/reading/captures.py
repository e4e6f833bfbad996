"""What the query of a language finds in a file, grouped by what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node, QueryCursor

from engines.static.reading.language import Language

Match = Mapping[str, list[Node]]


class Captures:
    """The matches of one file by role, each in the order of the text, an outer node before what is in it."""

    def __init__(self, language: Language, root: Node) -> None:
        self._by_role: dict[str, list[Match]] = {}
        roles, by_role = language.roles, self._by_role
        for index, match in QueryCursor(language.query).matches(root):
            role = roles[index]
            if role in match:
                by_role.setdefault(role, []).append(match)

    def matches(self, role: str) -> list[Match]:
        """Return the matches of a role."""
        found = self._by_role.get(role, [])
        found.sort(key=lambda match: (match[role][0].start_byte, -match[role][0].end_byte))
        return found

    def nodes(self, role: str) -> Iterator[Node]:
        """Yield the nodes of a role."""
        return (node for match in self.matches(role) for node in match[role])
