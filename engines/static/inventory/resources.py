"""Calls that make several routes at once (`resources :orders`), by a table of actions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engines.static.inventory.frameworks import placed
from engines.static.inventory.things import elements, plain
from engines.static.reading.facts import Call

Made = tuple[tuple[str, ...], str, str, str]  # methods, path, action, handler as text
Chained = Callable[[str], Call | None]


def expanded(call: Call, entry: Mapping[str, Any], chained: Chained = lambda _: None) -> Iterator[Made]:
    """Yield each route that a call makes. `chained` finds a later call of its chain by name: `->only("index")`."""
    for name in _names(call, entry):
        only = _listed(call, entry.get("only"), chained)
        without = _listed(call, entry.get("except"), chained)
        base = _base(call, entry, name)
        member = base + _parameter(call, entry, name)
        actions: list[tuple[str, Any, str]] = [(a, m, base) for a, m in (entry.get("collection") or {}).items()]
        actions += [(action, told, member) for action, told in (entry.get("member") or {}).items()]
        for action, told in (entry.get("new") or {}).items():
            method, _, path = str(told).partition(" ")
            actions.append((action, method, (base + path).replace(base + "/{id}", member)))
        controller = plain(placed(call, entry.get("controller"))) or name
        for action, told, path in actions:
            if (only and action not in only) or action in without:
                continue
            methods = tuple(told) if isinstance(told, list) else (str(told),)
            handler = str(entry["given"] if controller != name and "given" in entry else entry.get("handler", ""))
            yield methods, path, action, filled(handler, {"name": controller, "action": action})


def class_named(call: Call, entry: Mapping[str, Any]) -> str:
    """Return the text that names a handler of a resource, with `{action}` for the action."""
    name = next(iter(_names(call, entry)), "")
    controller = plain(placed(call, entry.get("controller"))) or name
    handler = str(entry["given"] if controller != name and "given" in entry else entry.get("handler", ""))
    return filled(handler, {"name": controller, "action": "{action}"}) if name else ""


def nested_prefix(call: Call, entry: Mapping[str, Any]) -> str:
    """Return the prefix of what is declared within a resource."""
    name = next(iter(_names(call, entry)), None)
    if name is None:
        return ""
    base = _base(call, entry, name)
    if "nested" not in entry:
        return base
    parameter = plain(placed(call, entry.get("param")))
    nested = filled(str(entry["nested"]), {"name": name, "param": parameter or str(entry.get("id", "id"))})
    return f"{base}/{{{nested}}}"


def resource_path(call: Call, entry: Mapping[str, Any], kind: str) -> str:
    """Return the path of a resource itself (`collection`) or of one of its elements (`member`)."""
    name = next(iter(_names(call, entry)), "")
    return _base(call, entry, name) + (_parameter(call, entry, name) if kind == "member" else "")


def _base(call: Call, entry: Mapping[str, Any], name: str) -> str:
    """`photos`, or `photos.comments`, which stands under an element of the first; another path may be told."""
    told = plain(placed(call, entry.get("path_told")))
    if told is not None:
        return "/" + told.strip("/") if told.strip("/") else ""
    *outer, last = name.split(".")
    return "".join(f"/{each}{_parameter(call, entry, each)}" for each in outer) + f"/{last}"


def _parameter(call: Call, entry: Mapping[str, Any], name: str) -> str:
    if entry.get("single"):
        return ""
    told = plain(placed(call, entry.get("param")))
    return f"/{{{told or filled(str(entry.get('id', 'id')), {'name': name.split('.')[-1]})}}}"


def filled(template: str, values: Mapping[str, str]) -> str:
    """Fill `{name}`, `{name|camel}`, `{name|singular}`, `{name|plural}`, `{name|word}` of a template."""

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


def _plural(text: str) -> str:
    if text.endswith("y") and text[-2:-1] not in "aeiou":
        return text[:-1] + "ies"
    return text + ("es" if text.endswith(("s", "x", "ch", "sh")) else "s")


def _word(text: str) -> str:
    return text.replace("-", "_")


_WAYS = {"camel": _camel, "plural": _plural, "singular": _singular, "word": _word}


def _names(call: Call, entry: Mapping[str, Any]) -> list[str]:
    if entry.get("path") == ["all"]:
        return [name for name in map(plain, call.positional) if name]
    name = plain(placed(call, entry.get("path")))
    return [name.strip("/")] if name else []


def _listed(call: Call, keyword: str | None, chained: Chained) -> set[str]:
    if not keyword:
        return set()
    given = [*elements(placed(call, [keyword]))]
    later = chained(keyword)
    for each in later.positional if later is not None else ():
        given += elements(each)
    return {name for name in map(plain, given) if name}
