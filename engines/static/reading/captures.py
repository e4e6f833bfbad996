"""What the query of a language finds in a file, grouped by what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node, QueryCursor

from engines.static.reading.language import Language

_MAX_PENDING = 512  # matches under way at one time; without a bound, hostile nesting takes quadratic time

Match = Mapping[str, list[Node]]


class Captures:
    """The matches of one file by role, each in the order of the text, an outer node before what is in it.

    Of several matches of one node, that of the earlier pattern comes first. `is_complete`: none was given up.
    """

    def __init__(self, language: Language, root: Node) -> None:
        by_pattern: list[list[Match]] = [[] for _ in language.roles]
        cursor = QueryCursor(language.query, match_limit=_MAX_PENDING)
        for index, match in cursor.matches(root):
            by_pattern[index].append(match)
        self.is_complete = not cursor.did_exceed_match_limit
        self._ordered = language.ordered
        self._by_role: dict[str, list[Match]] = {}
        for role, matches in zip(language.roles, by_pattern, strict=True):
            if matches:
                known = self._by_role.setdefault(role, matches)
                if known is not matches:
                    known += matches

    def matches(self, role: str) -> list[Match]:
        """Return the matches of a role."""
        found = self._by_role.get(role, [])
        if role not in self._ordered:
            found.sort(key=lambda match: ((node := match[role][0]).start_byte, -node.end_byte))
        return found

    def nodes(self, role: str) -> Iterator[Node]:
        """Yield the nodes of a role, in no order."""
        return (node for match in self._by_role.get(role, ()) for node in match[role])

    def decorators(self) -> Iterator[Node]:
        """Yield all decorators, in no order."""
        for role in ("decorator", "decorated", "function", "class", "target"):
            for match in self._by_role.get(role, ()):
                yield from match.get("decorator", ())
