"""Read rule packs: YAML files, each holding one weakness (several rules of it are documents of the same file).

A pack is a folder: `*.yaml` and `<language>/*.yaml`. A document is a rule, or with `extends: <rule id>` what one more
language adds to a rule of this or an earlier pack. Later packs override earlier ones by rule id, extensions included,
so that a user's pack can mend a bundled rule. Static blocks stay verbatim semgrep; only the entry `include: NAME` of a
list is replaced by the list of that name of the block's first language
(`engines/static/languages/<language>/taint.yaml`), so that a framework's sources are written down once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from engines.contract import Rule
from engines.untrusted_yaml import check_depth

BUNDLED = Path(__file__).parent / "packs"
LANGUAGES = Path(__file__).parents[1] / "static" / "languages"
MAX_FILE_BYTES = 1_000_000


class _Loader(yaml.SafeLoader):
    """The safe loader with YAML 1.2's booleans: `on` is a key of matchers, not true."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class RuleError(Exception):
    """A rule file cannot be used; the message is one sentence naming the file, the key and what is valid."""


@dataclass(frozen=True)
class Extension:
    """What a document adds to the rule `extends`: the parts of a `Rule` that belong to one more language."""

    extends: str
    static: tuple[Mapping[str, Any], ...]
    samples: Mapping[str, tuple[Mapping[str, Any], ...]]
    fix: Mapping[str, str]
    references: tuple[str, ...]

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its blocks."""
        return frozenset(language for block in self.static for language in block["languages"])

    def applied_to(self, rule: Rule) -> Rule:
        """Return the rule with these parts behind its own; a fix takes the place of one for the same language."""
        return replace(
            rule,
            static=rule.static + self.static,
            samples={side: rule.samples.get(side, ()) + self.samples[side] for side in ("bad", "good")},
            fix={**rule.fix, **self.fix},
            references=tuple(dict.fromkeys(rule.references + self.references)),
        )


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of one document: a rule or an extension."""
    return json.loads((Path(__file__).parent / "rule.schema.json").read_text(encoding="utf-8"))


def load_rules(packs: Sequence[Path] = (BUNDLED,)) -> tuple[Rule, ...]:
    """Return the rules of the packs, sorted by id; raise `RuleError` at the first file that cannot be used."""
    rules: dict[str, Rule] = {}
    for pack in packs:
        if not pack.is_dir():
            raise RuleError(f"The rule pack {pack} is no folder: name one that holds *.yaml files.")
        documents = [(document, origin) for path, origin in _files(pack) for document in read_file(path, origin)]
        _add_rules(rules, [(document, origin) for document, origin in documents if isinstance(document, Rule)])
        _extend(rules, [(document, origin) for document, origin in documents if isinstance(document, Extension)])
    return tuple(rules[key] for key in sorted(rules))


def _files(pack: Path) -> Iterator[tuple[Path, str]]:
    """Each file with its name for messages; what is in a hidden folder (.git, .github) belongs to another tool."""
    for path in sorted(pack.glob("*.yaml")) + sorted(pack.glob("[!.]*/*.yaml")):
        yield path, path.relative_to(pack).as_posix()


def _add_rules(rules: dict[str, Rule], found: Sequence[tuple[Rule, str]]) -> None:
    origins: dict[str, str] = {}
    for rule, origin in found:
        if rule.id in origins:
            raise RuleError(f"{origin}: the id {rule.id} is already taken by {origins[rule.id]}.")
        origins[rule.id], rules[rule.id] = origin, rule


def _extend(rules: dict[str, Rule], found: Sequence[tuple[Extension, str]]) -> None:
    origins: dict[tuple[str, str], str] = {}
    for extension, origin in found:
        identity = extension.extends
        if identity not in rules:
            near = get_close_matches(identity, rules, n=3)
            hint = f"near it are {', '.join(near)}" if near else "`leadline rules list` names those there are"
            raise RuleError(
                f"{origin} extends the rule {identity}, which neither this nor an earlier pack has; {hint}."
            )
        for language in sorted(extension.languages):
            if (identity, language) in origins:
                taken = origins[identity, language]
                raise RuleError(f"{origin}: {identity} is already extended for {language} by {taken}.")
            origins[identity, language] = origin
        rules[identity] = extension.applied_to(rules[identity])


def read_file(path: Path, origin: str) -> Iterator[Rule | Extension]:
    """Yield the documents of one file, validated against the schema; `origin` is the file's name for messages."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise RuleError(f"{origin} is larger than {MAX_FILE_BYTES} bytes: a rule file holds one weakness.")
    try:
        text = path.read_text(encoding="utf-8")
        check_depth(text)
        documents = list(yaml.load_all(text, Loader=_Loader))
    except (yaml.YAMLError, ValueError) as error:
        raise RuleError(f"{origin} is not readable YAML: {_one_line(error)}") from error
    for document in documents:
        yield parse(document, origin)


def parse(document: Any, origin: str) -> Rule | Extension:
    """Return what a YAML document describes; `origin` is the file's name for messages."""
    error = best_match(Draft202012Validator(schema()).iter_errors(document))
    if error is not None:
        raise RuleError(f"{origin}: {_explain(error)}")
    static = tuple(_expand(block, block["languages"][0], origin) for block in document.get("static", ()))
    samples = {side: tuple(samples) for side, samples in document["samples"].items()}
    fix, references = document.get("fix", {}), tuple(document.get("references", ()))
    if "extends" in document:
        return Extension(document["extends"], static, samples, fix, references)
    identity = document["id"]
    dynamic = dict(document.get("dynamic", {}))
    if dynamic:
        dynamic.setdefault("form", "probe")
    return Rule(
        id=identity,
        name=document["name"],
        weakness_class=identity.split(".", 1)[0],
        cwe=document["cwe"],
        severity=document["severity"],
        confidence=document["confidence"],
        kind=document["kind"],
        description=document["description"].strip(),
        remediation=document["remediation"].strip(),
        references=references,
        fix=fix,
        static=static,
        dynamic=dynamic,
        trace=document.get("trace", {}),
        verdict={state: _alternatives(signals) for state, signals in document.get("verdict", {}).items()},
        samples=samples,
    )


def _alternatives(signals: list[str | list[str]]) -> tuple[tuple[str, ...], ...]:
    """A string is an alternative of its own; an inner list holds signals that must all hold."""
    return tuple((entry,) if isinstance(entry, str) else tuple(entry) for entry in signals)


def _expand(node: Any, language: str, origin: str) -> Any:
    if isinstance(node, dict):
        return {key: _expand(value, language, origin) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    expanded: list[Any] = []
    for entry in node:
        if isinstance(entry, dict) and set(entry) == {"include"}:
            expanded += _named_list(language, entry["include"], origin)
        else:
            expanded.append(_expand(entry, language, origin))
    return expanded


def _named_list(language: str, name: str, origin: str) -> list[Any]:
    lists = _taint_lists(language)
    if name not in lists:
        raise RuleError(f"{origin}: include {name!r} is unknown for {language}; there are: {', '.join(sorted(lists))}.")
    return lists[name]


@cache
def _taint_lists(language: str) -> Mapping[str, list[Any]]:
    # The language's name comes from a rule file, so it must not become a path as it is.
    folders = {folder.name: folder for folder in LANGUAGES.iterdir() if folder.is_dir()}
    path = folders[language] / "taint.yaml" if language in folders else None
    if path is None or not path.is_file():
        return {}
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _explain(error: ValidationError) -> str:
    where = ".".join(str(part) for part in error.absolute_path) or "the rule"
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        valid = error.schema.get("properties", {})
        unknown = sorted(set(error.instance) - set(valid))
        return f"{where} has the unknown key {', '.join(unknown)}; valid keys are {', '.join(sorted(valid))}."
    return f"{where}: {_one_line(error.message)}."


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]
