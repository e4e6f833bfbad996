"""A language's folder: what is valid, and what is said where it is not."""

import shutil

import pytest

from engines.static.files import LANGUAGES
from engines.static.reading.language import LanguageError, load

GOOD = "name: tiny\ngrammar: python\nexpressions:\n  identifier: {is: name}\n"


def loaded(tmp_path, settings=GOOD, **files):
    """The language of a folder with these files."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "language.yaml").write_text(settings)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    return load("tiny", languages=tmp_path)


def test_a_folder_is_a_language(tmp_path):
    language = loaded(tmp_path, definitions_scm="(class_definition name: (_) @name) @class")
    assert language.name == "tiny" and language.roles == ("class",)


def test_without_a_folder_there_is_none(tmp_path):
    assert load("tiny", languages=tmp_path) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (GOOD + "colour: red\n", "'colour' was unexpected"),
        (GOOD + "  call: {is: call, calee: function}\n", "tiny/language.yaml: at expressions.call"),
        (GOOD + "  call: {is: call, callee: funktion}\n", "neither a field nor a node type 'funktion'"),
        (GOOD + "  cal: {is: constant}\n", "no node type 'cal'"),
        (GOOD.replace("grammar: python", "grammar: pyhton"), "no such grammar"),
        (GOOD + "extends: other\n", "at extends: there is no language 'other'"),
        ("name: tiny\n", "`grammar` and `expressions` are needed"),
        ("name: [tiny\n", "is no YAML"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path, settings, said):
    with pytest.raises(LanguageError) as error:
        loaded(tmp_path, settings)
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("(class_definition) @klass", "@klass is no capture name; valid: @function"),
        ("(class_definitio) @class", "definitions.scm: "),
        ("(class_definition name: (_) @name)", "captures nothing that is for something"),
    ],
)
def test_so_is_a_query(tmp_path, query, said):
    with pytest.raises(LanguageError, match="definitions.scm") as error:
        loaded(tmp_path, definitions_scm=query)
    assert said in str(error.value)


def test_the_digest_follows_the_data(tmp_path):
    before = loaded(tmp_path, references_scm="(call) @call").digest
    (tmp_path / "tiny" / "references.scm").write_text("(call) @call ; changed")
    load.cache_clear()
    assert load("tiny", languages=tmp_path).digest != before


def test_frameworks_tell_whose_arguments_are_written_down(tmp_path):
    frameworks = (
        "frameworks:\n  web:\n    routers: {web.App: }\n    routes: {'web.App::get': {methods: [GET]}}\n"
        "readers: [getlist]\n"
    )
    language = loaded(tmp_path, frameworks_yaml=frameworks)
    assert language.interesting == {"App", "get", "getlist"}


def test_a_language_may_extend_another(tmp_path):
    for name in ("typescript", "javascript"):
        shutil.copytree(LANGUAGES / name, tmp_path / name)
    (tmp_path / "javascript" / "references.scm").write_text("(call_expression) @call")
    language = load("javascript", languages=tmp_path)
    assert language.name == "javascript" and language.table.of
    assert language.roles.count("call") == 1 and "function" in language.roles and "import.name" not in language.roles


def test_the_grammar_follows_the_extension():
    assert load("typescript", ".tsx").grammar != load("typescript", ".ts").grammar


def test_frameworks_may_extend_those_of_another_language(tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "frameworks.yaml").write_text("frameworks: {web: {routers: {web.App: }}}\n")
    language = loaded(tmp_path, frameworks_yaml="extends: base\nreaders: [getlist]\n")
    assert language.interesting == {"App", "getlist"}
