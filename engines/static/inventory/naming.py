"""Under which names the definitions of a file are known to other files; how an import is turned into such a name.

What differs between languages is data (`names.yaml`): a file is named by its path (Python, JavaScript), by the package
that it declares (Java, Kotlin, C#, PHP, Clojure, Scala), by its folder (Go), or not at all, because all definitions
share one space (Ruby).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from engines.static.inventory.scopes import Module, Scope
from engines.static.reading.facts import FileFacts

EVERYWHERE = ""  # the group of a language in which nothing needs to be imported


def modules(facts: Iterable[FileFacts], source_name: str, settings: Mapping[str, Mapping[str, Any]]) -> list[Module]:
    """Return the files with their names; `settings`: language → its names.yaml; `source_name`: the folder's name."""
    listed = list(facts)
    packages = {
        str(PurePosixPath(each.path).parent)
        for each in listed
        if PurePosixPath(each.path).stem in settings[each.language].get("index", ())
    }
    found = []
    for each in listed:
        rules = settings[each.language]
        is_index = PurePosixPath(each.path).stem in rules.get("index", ())
        names = _names(each, rules, is_index, source_name, packages)
        found.append(Module(each, names, is_index, rules.get("anonymous")))
    return found


def _names(
    facts: FileFacts, rules: Mapping[str, Any], is_index: bool, source_name: str, packages: set[str]
) -> tuple[str, ...]:
    path = PurePosixPath(facts.path)
    match rules["modules"]:
        case "package":
            return (facts.package,)
        case "folder":
            return ("" if str(path.parent) == "." else str(path.parent),)
        case "global":
            return (EVERYWHERE,)
    parts = path.parent.parts if is_index else (*path.parent.parts, path.stem)
    # From the source's root, from its parent, or from a folder of roots; what is in a package is imported through it.
    names = [".".join(parts), ".".join((source_name, *parts))]
    for start in range(1, len(parts)):
        if "/".join(parts[:start]) in packages:
            break
        names.append(".".join(parts[start:]))
    return tuple(names)


def absolute(module: Module, name: str, rules: Mapping[str, Any]) -> str:
    """Return the dotted name that an import of a file stands for; what is not relative stays as it is."""
    match rules.get("relative"):
        case "dots":
            return _after_dots(module, name)
        case "slashes":
            return _after_slashes(module, name, rules)
    return name


def _after_dots(module: Module, name: str) -> str:
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    package = module.names[0].split(".") if module.names[0] else []
    up = level - 1 if module.is_index else level
    package = package[: len(package) - up] if up <= len(package) else []
    return ".".join([*package, *filter(None, [name.lstrip(".")])])


def _after_slashes(module: Module, name: str, rules: Mapping[str, Any]) -> str:
    """`./users.find` in a/b/c.ts is a.b.users.find; `@/users` and `~/users` are looked up from any root."""
    if name.startswith(("@/", "~/")):
        return name[2:].replace("/", ".")
    if not name.startswith("."):
        return name
    *folders, last = name.split("/")
    stem, _, member = last.partition(".") if last not in (".", "..") else (last, "", "")
    # `users.js` and `users.service` are both written; an extension is no member.
    for extension in rules.get("extensions", ()):
        if member == extension or member.startswith(extension + "."):
            member = member[len(extension) + 1 :]
            break
    parts = list(PurePosixPath(module.path).parent.parts)
    for part in [*folders, stem]:
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return ".".join([*parts, *filter(None, [member])])


def roots(imported: Iterable[str], folders: Iterable[str]) -> list[tuple[str, str]]:
    """Return how the folders of a source are imported, the likeliest way first.

    Go imports `example.org/shop/store` for the folder store, or backend/store, of this source: what stands before the
    last parts that are the same is its root. What few imports tell is a likeness with the folder of somebody else.
    """
    by_last: dict[str, list[list[str]]] = defaultdict(list)
    for folder in folders:
        parts = folder.split("/") if folder else []
        if parts:
            by_last[parts[-1]].append(parts)
    votes: Counter[tuple[str, str]] = Counter()
    for name in imported:
        path = name.split("/")
        for parts in by_last.get(path[-1], ()):
            same = 0
            while same < min(len(path), len(parts)) and path[-1 - same] == parts[-1 - same]:
                same += 1
            if same < len(path):
                votes["/".join(path[: len(path) - same]), "/".join(parts[: len(parts) - same])] += 1
    most = max(votes.values(), default=0)
    return [pair for pair, count in votes.most_common() if 2 * count > most]


def dotted_name(cls: Scope) -> str:
    """Return the name of a class within all of its language: `Shop::Orders` is Shop.Orders."""
    return cls.qualified_name.replace("::", ".").partition("#")[0]


def outwards(package: str) -> Iterator[str]:
    """Yield a package and those around it, the last one being the root of all, ""."""
    while package:
        yield package
        package = package.rpartition(".")[0]
    yield ""
