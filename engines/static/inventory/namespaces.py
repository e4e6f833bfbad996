"""Which files share a name: those of a package or folder, one file alone, or all files of a language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engines.static.inventory.naming import absolute, dotted_name, roots
from engines.static.inventory.scopes import Module, Scope


@dataclass
class Namespace:
    """Files that share one name, and what is defined at their top levels."""

    tops: list[Scope] = field(default_factory=list)
    members: dict[str, list[Scope]] = field(default_factory=lambda: defaultdict(list))
    assigned: dict[str, Scope] = field(default_factory=dict)  # name that a file assigns or declares → its top level


class Namespaces:
    """The files of a source by their names. `settings`: language → its names.yaml."""

    def __init__(self, modules: Iterable[Module], settings: Mapping[str, Mapping[str, Any]]) -> None:
        self._modules = list(modules)
        self._settings = settings
        self._by_name: dict[tuple[str, str], Namespace] = {}  # (family of languages, dotted name)
        self._known_roots: dict[str, list[tuple[str, str]]] = {}
        for module in self._modules:
            self._add(module)
        self._adopt()

    def _add(self, module: Module) -> None:
        for position, name in enumerate(module.names):
            group = self._by_name.setdefault((self.family(module), name), Namespace())
            # A file's second-best names never hide the best name of another.
            if position == 0 or not group.tops:
                group.tops.append(module.top)
                for assigned in (*module.top.definition.values, *module.top.definition.types):
                    group.assigned.setdefault(assigned, module.top)
                for member, scope in module.top.members.items():
                    group.members[member].append(scope)
        if self._rules(module)["modules"] == "global":
            shared = self.of(module)
            for scope in module.scopes:
                if scope.kind == "class" and (scope.parent is not module.top or "::" in scope.name):
                    shared.members[dotted_name(scope)].append(scope)

    def _adopt(self) -> None:
        """Give methods that are written outside of their class (`Server.Get` at the top level) to it."""
        for module in self._modules:
            for function in module.functions():
                owner, _, name = function.qualified_name.rpartition(".")
                if function.parent is module.top and owner and "." not in owner:
                    for cls in self.of(module).members.get(owner, ()):
                        if cls.kind == "class":
                            cls.members.setdefault(name, function)
                            function.parent = cls
                            break

    def _rules(self, module: Module) -> Mapping[str, Any]:
        return self._settings[module.language]

    def family(self, module: Module) -> str:
        """Return the name of the languages whose files can import each other."""
        return self._rules(module).get("family", module.language)

    def of(self, module: Module) -> Namespace:
        """Return the files that have the best name of a file, itself among them."""
        return self._by_name[self.family(module), module.names[0]]

    def named(self, module: Module, name: str) -> Namespace | None:
        """Return the files of this name that a file can import, None if there are none."""
        return self._by_name.get((self.family(module), name))

    def leading_to(self, module: Module, name: str) -> Iterator[tuple[Namespace, list[str]]]:
        """Yield the files that an import's absolute name begins with, longest first, and the parts behind each."""
        parts, family, kind = name.split("."), self.family(module), self._rules(module)["modules"]
        for length in range(len(parts), -1 if kind == "global" else 0, -1):
            prefix = ".".join(parts[:length])
            group = self._by_name.get((family, prefix))
            if group is None and kind == "folder":
                group = self._below_a_root(family, prefix)
            if group is not None:
                yield group, parts[length:]

    def _below_a_root(self, family: str, name: str) -> Namespace | None:
        for outside, inside in self._roots(family):
            if name == outside or name.startswith(outside + "/"):
                below = name[len(outside) + 1 :]
                group = self._by_name.get((family, "/".join(filter(None, [inside, below]))))
                if group is not None:
                    return group
        return None

    def _roots(self, family: str) -> list[tuple[str, str]]:
        """How folders of this source are imported: (beginning of the imported path, folder that it stands for)."""
        if family not in self._known_roots:
            imported = {
                name
                for module in self._modules
                if self.family(module) == family
                for scope in module.scopes[:1]
                for name in scope.definition.imports.values()
            }
            folders = [name for of, name in self._by_name if of == family]
            self._known_roots[family] = roots(imported, folders)
        return self._known_roots[family]

    def wildcards(self, module: Module) -> Iterator[Namespace]:
        """Yield the files of this source from which a file imports all names."""
        for star in module.facts.stars:
            group = self.named(module, absolute(module, star, self._rules(module)))
            if group is not None:
                yield group

    def same_space(self, module: Module, name: str) -> list[Scope]:
        """Return the definitions of this dotted name in the one space that all files of a language share."""
        return self.of(module).members.get(name, [])

    def classes_named(self, module: Module, name: str) -> list[Scope]:
        """The classes of this name at the top of any file; imports of other files may let them in (`global using`)."""
        return self._top_classes.get((self.family(module), name), [])

    @cached_property
    def _top_classes(self) -> dict[tuple[str, str], list[Scope]]:
        found: dict[tuple[str, str], list[Scope]] = defaultdict(list)
        for module in self._modules:
            for member in module.top.members.values():
                if member.kind == "class":
                    found[self.family(module), member.name].append(member)
        return found
