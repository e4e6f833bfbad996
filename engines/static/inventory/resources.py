"""Calls that make several routes at once (`resources :orders`), by a table of actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engines.static.inventory.frameworks import placed
from engines.static.inventory.names import elements, plain
from engines.static.reading.facts import Call


def expanded(call: Call, entry: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (methods, path, handler as text) of each route that a call makes."""
    for name in _names(call, entry):
        only = _listed(call, entry.get("only"))
        without = _listed(call, entry.get("except"))
        base = f"/{name}"
        member = "{" + str(entry.get("id", "id")) + "}"
        actions: list[tuple[str, Any, str]] = [(a, m, base) for a, m in (entry.get("collection") or {}).items()]
        actions += [(action, told, f"{base}/{member}") for action, told in (entry.get("member") or {}).items()]
        for action, told in (entry.get("new") or {}).items():
            method, _, path = str(told).partition(" ")
            actions.append((action, method, base + path))
        for action, told, path in actions:
            if (only and action not in only) or action in without:
                continue
            methods = tuple(told) if isinstance(told, list) else (str(told),)
            yield methods, path, filled(str(entry.get("handler", "")), {"name": name, "action": action})


def nested_prefix(call: Call, entry: Mapping[str, Any]) -> str:
    """Return the prefix of what is declared within a resource."""
    names = _names(call, entry)
    if not names:
        return ""
    if "nested" not in entry:
        return f"/{names[0]}"
    return f"/{names[0]}/{{{filled(str(entry['nested']), {'name': names[0]})}}}"


def filled(template: str, values: Mapping[str, str]) -> str:
    """Fill `{name}`, `{name|camel}`, `{name|singular}` of a template."""

    def value(match: re.Match[str]) -> str:
        text = values.get(match.group(1), "")
        for way in match.group(2).split("|")[1:]:
            text = _WAYS[way](text)
        return text

    return re.sub(r"\{(\w+)((?:\|\w+)*)\}", value, template)


def _camel(text: str) -> str:
    """orders/order_items → Orders.OrderItems"""
    return ".".join("".join(word[:1].upper() + word[1:] for word in part.split("_")) for part in text.split("/"))


def _singular(text: str) -> str:
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if text.endswith(ending):
            return text[: -len(ending)] + instead
    return text[:-1] if text.endswith("s") and not text.endswith("ss") else text


_WAYS = {"camel": _camel, "singular": _singular}


def _names(call: Call, entry: Mapping[str, Any]) -> list[str]:
    if entry.get("path") == ["all"]:
        return [name for name in map(plain, call.positional) if name]
    name = plain(placed(call, entry.get("path")))
    return [name.strip("/")] if name else []


def _listed(call: Call, keyword: str | None) -> set[str]:
    given = placed(call, [keyword]) if keyword else None
    return {name for name in map(plain, elements(given)) if name}
