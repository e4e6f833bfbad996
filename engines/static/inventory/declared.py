"""A route as the source declares it, before the prefixes of its router and groups."""

from __future__ import annotations

from dataclasses import dataclass

from engines.static.inventory.frameworks import Framework
from engines.static.inventory.routers import Router
from engines.static.inventory.scopes import Scope
from engines.static.reading.facts import Call


@dataclass(frozen=True)
class Declared:
    """A declaration. `router` None: the groups around `scope` give the prefixes.

    `written`: the function written in place, where it hands over to the handler; `parameters`: (name, place) that the
    declaration names.
    """

    methods: tuple[str, ...]
    path: str
    handler: Scope | None
    scope: Scope
    line: int
    framework: Framework
    router: Router | None = None
    call: Call | None = None
    prefix: str = ""  # of the class that the handler belongs to
    under: tuple[str, ...] | None = None  # prefixes that hold instead of those around
    written: Scope | None = None
    parameters: tuple[tuple[str, str], ...] = ()
