"""The rules of a scan: bundled and own packs, read again only when a file of theirs has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from engines.contract import Rule
from engines.rules import loader
from engines.static.cache import Cache

_FORMAT = "1"  # raised when `Rule` or what the loader makes of a file changes
_KEY = "rules"


class UnknownRule(Exception):
    """A rule that was asked for does not exist; the message names those near it."""


def rules_of(packs: Sequence[Path], cache: Cache) -> tuple[Rule, ...]:
    """Return the rules of the bundled and these packs.

    Raises:
        RuleError: a file of a pack cannot be used.
    """
    folders = (loader.BUNDLED, *packs)
    shelf = cache.shelf("loaded rules", _digest(folders), _FORMAT, tuple[Rule, ...])
    kept = shelf.get_many([_KEY])
    if kept:
        return kept[_KEY]
    rules = loader.load_rules(folders)
    shelf.put_many({_KEY: rules})
    return rules


def selected(rules: Sequence[Rule], wanted: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules whose id or weakness class is wanted; all if none is.

    Raises:
        UnknownRule: no rule has that id or class.
    """
    if not wanted:
        return tuple(rules)
    names = {name for rule in rules for name in (rule.id, rule.weakness_class)}
    for name in wanted:
        if name not in names:
            near = get_close_matches(name, names, n=3) or sorted(known for known in names if name in known)[:3]
            hint = f"near it are {', '.join(near)}" if near else "`leadline rules list` names them all"
            raise UnknownRule(f"There is no rule {name}: {hint}.")
    return tuple(rule for rule in rules if rule.id in wanted or rule.weakness_class in wanted)


def _digest(packs: Sequence[Path]) -> str:
    """A digest of every file from which rules are made, the language lists and the loader's own code included."""
    digest = hashlib.sha256()
    for pack in packs:
        for path in (*_rule_files(pack), *sorted(loader.LANGUAGES.glob("*/taint.yaml"))):
            content = path.read_bytes() if path.stat().st_size <= loader.MAX_FILE_BYTES else b""
            digest.update(f"{path} {len(content)}\n".encode("utf-8", "surrogateescape") + content)
    for path in (Path(loader.__file__), Path(loader.__file__).with_name("rule.schema.json")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _rule_files(pack: Path) -> Iterator[Path]:
    yield from sorted(pack.glob("*.yaml"))
    yield from sorted(pack.glob("*/*.yaml"))
