"""The classes, and their namespaces, that groups tell for the handlers that stand within them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engines.static.inventory.frameworks import Framework, placed
from engines.static.inventory.grouping import Groups
from engines.static.inventory.resources import class_named, filled
from engines.static.inventory.scopes import Scope
from engines.static.inventory.things import plain
from engines.static.reading.facts import Call, Expression, Items, Member, Text


class Controllers:
    """The controllers that the groups of a source tell."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups

    def in_class(self, scope: Scope, call: Call, name: str | None, framework: Framework) -> Expression | None:
        """A handler that a plain text names within a group or resource which tells the class."""
        pattern = framework["handlers"].get("text", r"(?!)")
        if not name or re.fullmatch(pattern, name):
            return None
        for each in _chain(call):
            entry = framework["groups"].get(each.name) or {}
            if entry.get("class") and (cls := placed(each, entry["class"])) is not None:
                return _of_class(cls, name, framework)
        for group in self._groups.around(scope):
            for each in _chain(group.call):
                of = group.entry if each is group.call else framework["groups"].get(each.name) or {}
                if of.get("class") and (cls := placed(each, of["class"])) is not None:
                    return _of_class(cls, name, framework)
            if group.entry.get("handler") and (text := class_named(group.call, group.entry)):
                return Text((text.replace("{action}", name.replace("-", "_")),))
        return None

    def space(self, scope: Scope) -> str:
        """The namespace that groups around a route put before the names of its controllers."""
        parts = []
        for group in self._groups.around(scope):
            place = group.entry.get("class_prefix")
            name = plain(placed(group.call, group.entry["path"] if place is True else place)) if place else None
            if name:
                parts.append(filled("{name|camel}", {"name": name.strip("/")}))
        return ".".join(reversed(parts))


def _of_class(cls: Expression, name: str, framework: Framework) -> Expression:
    """The method of a class, which is a name, or a text that names it (`orders`)."""
    text = plain(cls)
    return Items((cls, Text((name,)))) if text is None else Text((f"{text}#{name}",))


def _chain(call: Call) -> Iterator[Call]:
    """Yield a call and those on whose results it is called, the last one first."""
    here: Expression = call
    while isinstance(here, Call):
        yield here
        here = here.callee.holder if isinstance(here.callee, Member) else here.callee
