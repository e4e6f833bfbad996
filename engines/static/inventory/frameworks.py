"""What is known of a language's frameworks (frameworks.yaml) and of how its names reach other files (names.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from engines.static.files import LANGUAGES
from engines.static.inventory.scopes import Module
from engines.static.language_data import LanguageError, load
from engines.static.reading.facts import Call, Expression, Pairs, Symbol, Text

_NAMES: Mapping[str, Any] = {"modules": "package"}
_TEXTS: Mapping[str, Any] = {"joining": ["+"], "fields": r"\{[^{}]*\}|%[sdvq]"}

Place = Sequence[int | str]  # alternatives: a position, negative from the end, or a keyword


class Framework:
    """One entry of `frameworks`; what it does not say is empty."""

    def __init__(self, name: str, entry: Mapping[str, Any]) -> None:
        self.name = name
        self.entry = entry
        self.packages: tuple[str, ...] = tuple(entry.get("package", ()))

    def __getitem__(self, section: str) -> Any:
        """Return a section; an empty mapping where there is none."""
        return self.entry.get(section) or {}

    @cached_property
    def templates(self) -> tuple[re.Pattern[str], ...]:
        """How parameters stand in a path: patterns with the groups `name` and, optional, `type`."""
        return tuple(re.compile(pattern) for pattern in self.entry.get("templates", ()))

    def is_used_by(self, module: Module) -> bool:
        """Whether a file imports the framework, is where its routes are, or nothing needs to be imported for it."""
        if self.name not in module.uses:
            module.uses[self.name] = self._is_used_by(module)
        return module.uses[self.name]

    def _is_used_by(self, module: Module) -> bool:
        files, subclasses = self.entry.get("files", ()), self.entry.get("subclasses", ())
        if not (self.packages or files or subclasses):
            return True
        if any(re.search(pattern, module.path) for pattern in files) or not module.base_names.isdisjoint(subclasses):
            return True
        return any(
            name == package or name.startswith((package + ".", package + "/"))
            for name in module.imported
            for package in self.packages
        )

    def cut(self, path: str) -> str:
        """Return a path without what the framework writes around it (anchors of regular expressions)."""
        for pattern in self.entry.get("cuts", ()):
            path = re.sub(pattern, "", path)
        return path

    def normalised(self, path: str) -> tuple[str, dict[str, str]]:
        """Return a template with its parameters as `{name}`, and their types as far as the template tells them."""
        types: dict[str, str] = {}

        def name(match: re.Match[str]) -> str:
            found = match.groupdict()
            types[found["name"]] = self["types"].get(found.get("type") or "", "string")
            return "{" + found["name"] + "}"

        for pattern in self.templates:
            path = pattern.sub(name, path)
        return path, types


@cache
def knowledge(language: str) -> Mapping[str, Any]:
    """Return what frameworks.yaml says of a language, `frameworks` as a list of `Framework`."""
    loaded = _load(language, "frameworks.yaml")
    frameworks = [Framework(name, entry) for name, entry in (loaded.get("frameworks") or {}).items()]
    texts = {**_TEXTS, **(loaded.get("texts") or {})}
    http = {"functions": {}, "clients": {}, "client_methods": {}, **(loaded.get("http") or {})}
    return {
        "readers": (),
        "types": {},
        **loaded,
        "frameworks": frameworks,
        "texts": texts,
        "http": http,
        "http_names": frozenset(map(last_part, (*http["functions"], *http["client_methods"]))),
    }


@cache
def names_in(language: str, *sections: str) -> frozenset[str]:
    """Return the last parts of all keys of these sections: what is called otherwise has nothing to do with them."""
    frameworks = knowledge(language)["frameworks"]
    return frozenset(last_part(key) for each in frameworks for section in sections for key in each[section])


def last_part(dotted: str) -> str:
    """Return what stands behind the last dot or slash of a name."""
    return re.split(r"[./]", dotted)[-1]


@cache
def naming(language: str) -> Mapping[str, Any]:
    """Return what names.yaml says of a language; of one without, files know only themselves."""
    return _load(language, "names.yaml") or _NAMES


def _load(language: str, file: str, above: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """What a data file says, with what it extends. `above`: the languages that are extending this one."""
    folder = LANGUAGES / language
    if above and (language in above or not folder.is_dir()):
        raise LanguageError(f"{above[-1]}/{file}: at extends: {language!r} is no other language with a folder.")
    if (folder / file).is_file():
        loaded = load(folder / file)
        return _merged(_load(loaded["extends"], file, (*above, language)), loaded) if "extends" in loaded else loaded
    settings = next((folder / name for name in ("language.yaml", "forms.yaml") if (folder / name).is_file()), None)
    base = load(settings).get("extends") if settings is not None else None
    return _load(base, file, (*above, language)) if base else {}


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a language says, and what the one that it extends says besides."""
    found = dict(base)
    for key, value in own.items():
        held = base.get(key)
        found[key] = {**held, **value} if isinstance(value, dict) and isinstance(held, dict) else value
    return found


def placed(call: Expression | None, place: Place | None) -> Expression | None:
    """Return the argument of a call that stands at a place: a position, a keyword, or a key of a map given to it."""
    if not isinstance(call, Call) or not place:
        return None
    for alternative in place:
        if isinstance(alternative, int):
            count = len(call.positional)
            if -count <= alternative < count and not (alternative < 0 and call.has_more):
                return call.positional[alternative]
        else:
            found = _keyword(call, alternative)
            if found is not None:
                return found
    return None


def _keyword(call: Call, name: str) -> Expression | None:
    for key, value in call.named:
        if key == name:
            return value
    for argument in call.positional:
        if isinstance(argument, Pairs):
            for key, value in argument.entries:
                if key_text(key) == name:
                    return value
    return None


def key_text(key: Expression) -> str | None:
    """Return the text of a map's key, however it is written."""
    match key:
        case Text(parts=(str(text),)) | Symbol(text=text):
            return text
    return getattr(key, "text", None)


def key_of(dotted: str, is_resolved: bool, table: Iterable[str], *, by_last_name: bool) -> str | None:
    """Return the key of a table that a name stands for: the whole name, or the last part of one nobody defines."""
    dotted = dotted.removesuffix(".default")
    if dotted in table:
        return dotted
    if not is_resolved and by_last_name and dotted:
        tail = dotted.split(".")
        for key in table:
            parts = re.split(r"[./]", key)
            if parts[-len(tail) :] == tail:
                return key
    return None
