"""The data files of a language, each checked against the schema of its name beside the languages' folders."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match

from engines.contract import EngineError
from engines.static.kinds import LANGUAGES

_FORMATS = FormatChecker(formats=())
_MOST_SHOWN = 200  # characters of what is wrong
_UNQUOTED = ": YAML reads on, off, yes and no so, unless they are quoted"


class LanguageError(EngineError):
    """A language's folder cannot be used; the message is one sentence naming the file, the key and what is valid."""


def load(path: Path) -> Mapping[str, Any]:
    """Return what a data file says: `python/names.yaml` is checked against `names.schema.json`.

    Raises:
        LanguageError: it is no YAML, has a key that means nothing, or a value that is not valid there.
    """
    return checked(f"{path.parent.name}/{path.name}", path.read_bytes())


@cache
def checked(where: str, content: bytes) -> Mapping[str, Any]:
    """Return what the content of a data file says; `where`: its folder and name (`python/names.yaml`).

    Raises:
        LanguageError: as `load`.
    """
    try:
        told = yaml.safe_load(content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LanguageError(f"{where} is no YAML: {' '.join(str(error).split())}") from error
    schema = Path(where).with_suffix(".schema.json").name
    error = best_match(_validator(schema).iter_errors(told))
    if error is not None:
        at = ".".join(str(part) for part in error.absolute_path) or "the top level"
        raise LanguageError(f"{where}: at {at}: {_explained(error)} (languages/{schema} says what keys mean).")
    return told


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((LANGUAGES / schema).read_text(encoding="utf-8")), format_checker=_FORMATS)


def _explained(error: ValidationError) -> str:
    valid = error.schema.get("properties", ()) if isinstance(error.schema, Mapping) else ()
    if error.validator == "additionalProperties" and valid:
        unknown = next(key for key in error.instance if key not in valid)
        return f"{unknown!r} was unexpected{_UNQUOTED * isinstance(unknown, bool)}; valid: {', '.join(valid)}"
    if error.validator == "enum":
        return f"{error.instance!r} is not valid; valid: {', '.join(map(str, error.validator_value))}"
    if error.validator == "format":
        return f"{error.instance!r} is no valid regular expression: {error.cause}"
    if isinstance(error.instance, bool):
        return error.message + _UNQUOTED
    return error.message if len(error.message) <= _MOST_SHOWN else f"{error.message[:_MOST_SHOWN]}…"


@_FORMATS.checks("regex", raises=(re.error, ValueError))
def _is_pattern(value: object) -> bool:
    return not isinstance(value, str) or bool(re.compile(value))


@_FORMATS.checks("template", raises=(re.error, ValueError))
def _is_template(value: object) -> bool:
    if isinstance(value, str) and "name" not in re.compile(value).groupindex:
        raise ValueError("a template needs the group (?P<name>…)")
    return True
