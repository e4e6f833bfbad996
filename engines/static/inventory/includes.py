"""Files that a file runs by their path (`include` of PHP), as far as the path can be told."""

from __future__ import annotations

import posixpath
import re

from engines.static.inventory.frameworks import naming
from engines.static.inventory.names import Project
from engines.static.inventory.scopes import Module, Scope
from engines.static.inventory.texts import rendered
from engines.static.reading.facts import Call, Name

_HOLE = "\0"
_MAX_FILES = 20  # what more files may be meant by says nothing


def included(project: Project, scope: Scope, call: Call) -> list[Module]:
    """Return the files that a call runs: one, or each that fits where a part of the path is no constant."""
    names = naming(scope.module.language).get("includes", ())
    if not (isinstance(call.callee, Name) and call.callee.text in names and call.positional):
        return []
    path = rendered(project, scope, call.positional[0], _HOLE)
    if not path or not path.strip(_HOLE + "./"):
        return []
    folder = posixpath.dirname(scope.module.path)
    beside = posixpath.normpath(posixpath.join(folder, path.lstrip(_HOLE + "/")))
    if beside in project.modules:
        return [project.modules[beside]]
    pattern = re.compile("[^/]*".join(map(re.escape, _inner(path).split(_HOLE))))
    found = [module for name, module in project.modules.items() if _ends(pattern, name)]
    return found if len(found) <= _MAX_FILES else []


def _inner(path: str) -> str:
    """The path without what leads to the folder that it begins at, which is not known."""
    return re.sub(r"^(?:\0|\.{0,2}/)+", "", path)


def _ends(pattern: re.Pattern[str], name: str) -> bool:
    parts = name.split("/")
    return any(pattern.fullmatch("/".join(parts[start:])) for start in range(len(parts)))
