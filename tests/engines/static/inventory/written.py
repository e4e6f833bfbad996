"""Small written systems for the inventory, and what it says of them."""

import textwrap
from pathlib import Path

from engines.contract import Call, Endpoint, Parameter, Record, Target
from engines.static.inventory import InventoryEngine


def inventory(folder: Path, files: dict[str, str]) -> list[Record]:
    """Write files (path → content) and return what the engine yields."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(content))
    return list(InventoryEngine().run(Target("kiln-1", "kiln", "1", "build", "internet", source=folder), ()))


def only(records, record_type, /, **having):
    """Return the records of a class with these values."""
    return [r for r in records if isinstance(r, record_type) and all(getattr(r, k) == v for k, v in having.items())]


def endpoints(records) -> dict[tuple[str, str], str | None]:
    """(method, route) → handler."""
    return {(e.method, e.route): e.handler for e in only(records, Endpoint)}


def parameters(records, route: str) -> set[tuple[str, str]]:
    """(name, place) of the parameters of a route."""
    return {(p.name, p.place) for p in only(records, Parameter, route=route)}


def edges(records) -> set[tuple[str, str]]:
    """(caller, callee) of the calls that stay in the source."""
    return {(c.caller, c.callee) for c in only(records, Call) if c.callee_file}
