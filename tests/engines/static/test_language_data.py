"""The data of languages: all of it is valid, no key is idle, and what is wrong is said in a sentence."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engines.rules.loader import load_rules
from engines.static.files import LANGUAGES
from engines.static.language_data import LanguageError, checked, load
from engines.static.reading.forms import heads

ENGINE = LANGUAGES.parent
TESTS = Path(__file__).parent
SCHEMAS = sorted(path.name.removesuffix(".schema.json") for path in LANGUAGES.glob("*.schema.json"))
DATA = sorted(path for path in LANGUAGES.glob("*/*.yaml") if path.stem in SCHEMAS)
# Where the keys of a schema are read.
READERS = {"language": "reading", "forms": "reading/forms", "names": "inventory", "frameworks": "inventory"}


def schema(name: str) -> Mapping:
    return json.loads((LANGUAGES / f"{name}.schema.json").read_text(encoding="utf-8"))


def described(node: object) -> Iterator[tuple[str, Mapping]]:
    """Every key that a schema knows, however deep, with what is said of it."""
    if isinstance(node, Mapping):
        yield from node.get("properties", {}).items()
        for below in node.values():
            yield from described(below)
    elif isinstance(node, list):
        for below in node:
            yield from described(below)


def words(folder: Path) -> set[str]:
    """The texts of names alone in the Python files of a folder and those below; documentation does not count."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        documentation = {node.value for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documentation:
                found |= set(node.value.split()) if re.fullmatch(r"[\w ]+", node.value) else set()
            if isinstance(node, ast.FunctionDef):
                found.add(node.name.lstrip("_"))  # what a head means is a method of its reader
    return found


def keys(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield str(key)
            yield from keys(below)
    elif isinstance(value, list):
        for below in value:
            yield from keys(below)


def test_there_is_a_schema_for_each_kind_of_data():
    assert set(SCHEMAS) == set(READERS) and len(DATA) >= 20


@pytest.mark.parametrize("path", DATA, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_all_data_is_valid(path):
    assert load(path)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_read_by_code(name):
    read = words(ENGINE / READERS[name])
    assert [key for key, _ in described(schema(name)) if key not in read] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_used_by_a_language_or_a_test(name):
    used = {key for path in DATA if path.stem == name for key in keys(load(path))} | words(TESTS / "inventory")
    assert [key for key, _ in described(schema(name)) if key not in used] == []


@pytest.mark.parametrize("name", ["names", "frameworks", "forms"])
def test_every_key_is_described(name):
    shared = schema(name)["$defs"]
    silent = {
        key
        for key, of in described(schema(name))
        if "description" not in {**shared.get(of.get("$ref", "")[8:], {}), **of}
    }
    assert silent == set()


FRAMEWORK = "frameworks: {kiln: {%s}}"


@pytest.mark.parametrize(
    ("where", "content", "said"),
    [
        ("x/names.yaml", "{modules: path, colour: red}", "'colour' was unexpected; valid: modules, family"),
        ("x/names.yaml", "{modules: pth}", "at modules: 'pth' is not valid; valid: path, package, folder, global"),
        ("x/names.yaml", "{index: [a]}", "'modules' is a required property"),
        ("x/names.yaml", "{modules: path, everyday: [on]}", "True is not of type 'string': YAML reads on"),
        ("x/names.yaml", "{modules: folder, versions: '('}", "'(' is no valid regular expression: missing )"),
        ("x/names.yaml", "[path", "x/names.yaml is no YAML"),
        ("x/frameworks.yaml", FRAMEWORK % "rotes: {}", "at frameworks.kiln: 'rotes' was unexpected; valid: package"),
        ("x/frameworks.yaml", FRAMEWORK % "routes: {get: {methds: [GET]}}", "at frameworks.kiln.routes.get: 'methds'"),
        ("x/frameworks.yaml", FRAMEWORK % "routes: {get: {methods: [get]}}", "get.methods.0: 'get' does not"),
        ("x/frameworks.yaml", FRAMEWORK % "routes: {get: {on: [0]}}", "True was unexpected: YAML reads on"),
        ("x/frameworks.yaml", FRAMEWORK % "reads: {r.args: qery}", "'qery' is not valid; valid: path, query, header"),
        ("x/frameworks.yaml", FRAMEWORK % "readers_of: {r.get: qery}", "readers_of.r.get: 'qery' is not valid"),
        ("x/frameworks.yaml", FRAMEWORK % "templates: ['{(']", "templates.0: '{(' is no valid regular expression"),
        ("x/frameworks.yaml", FRAMEWORK % "templates: [':x']", "a template needs the group (?P<name>…)"),
        ("x/frameworks.yaml", "texts: {fields: '['}", "at texts.fields: '[' is no valid regular expression"),
        ("x/forms.yaml", "{heads: {macro: [m]}}", "at heads: 'macro' was unexpected; valid: namespace"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(where, content, said):
    with pytest.raises(LanguageError) as error:
        checked(where, content.encode())
    assert str(error.value).startswith(where) and said in str(error.value) and "\n" not in str(error.value)


def test_a_long_value_is_shown_in_part():
    with pytest.raises(LanguageError) as error:
        checked("x/names.yaml", b"{modules: path, family: [" + b"brick, " * 500 + b"wall]}")
    assert len(str(error.value)) < 400


def test_forms_are_extended_by_another_language_made_of_forms(tmp_path, monkeypatch):
    (tmp_path / "kiln").mkdir()
    (tmp_path / "kiln" / "forms.yaml").write_text("extends: python")
    monkeypatch.setattr(heads, "LANGUAGES", tmp_path)
    with pytest.raises(LanguageError, match="kiln/forms.yaml: at extends: 'python' is no other language made of forms"):
        heads.heads("kiln")


# ── what the page about languages says ────────────────────────────────────────────────────────────────────

README = (LANGUAGES / "README.md").read_text(encoding="utf-8")
RULES = load_rules()
KNOWN = sorted(folder.name for folder in LANGUAGES.iterdir() if folder.is_dir())


def read_by(language: str) -> str:
    for file, way in (("language.yaml", "grammar"), ("forms.yaml", "forms")):
        path = LANGUAGES / language / file
        if path.is_file():
            return f"as {load(path)['extends']}" if "extends" in load(path) else way
    return "–"


def frameworks_of(language: str) -> str:
    path = LANGUAGES / language / "frameworks.yaml"
    if not path.is_file():
        return read_by(language) if read_by(language).startswith("as ") else "–"
    told = load(path)
    lent = [f"those of {told['extends']}"] if "extends" in told else []
    return ", ".join([*lent, *told["frameworks"]])


def judged_by(language: str) -> str:
    """The engines that run rules for a language."""
    seen_as = read_by(language)[3:] if read_by(language).startswith("as ") else language
    engines = {
        block.get("engine", "semgrep")
        for rule in RULES
        for block in rule.static
        if {language, seen_as} & set(block["languages"])
    }
    return ", ".join(sorted(engines)) or "–"


@pytest.mark.parametrize("language", KNOWN)
def test_the_table_of_languages_is_true(language):
    row = f"| {language} | {read_by(language)} | {frameworks_of(language)} | {judged_by(language)} |"
    assert row in README.splitlines(), f"the row of engines/static/languages/README.md must be: {row}"


def test_the_table_has_no_other_language():
    table = README.split("## What is known")[1].split("\n## ")[0]
    assert re.findall(r"^\| (\w+) \| (?!functions)", table, re.MULTILINE) == KNOWN


@pytest.mark.parametrize("name", ["names", "frameworks"])
def test_every_key_is_explained(name):
    told = set(re.findall(r"[`{ ](\w+)[`:]", README))
    assert {key for key, _ in described(schema(name))} - told == set()
