"""A fingerprint survives every layout, comment and other literal in every language, and no other call or variable."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.static.snippet import MAX_CHARACTERS, MAX_LINES, matched_code, normalised, source_lines


@dataclass(frozen=True)
class Written:
    """How a language may write one and the same call: its comments, and its strings as (open, close)."""

    comments: tuple[str, ...]
    strings: tuple[tuple[str, str], ...]
    trailing: str = ","
    is_lisp: bool = False


C_LIKE = ("// it's \"so\n", "/* a \" ' ( */")
LANGUAGES = {
    "python": Written(("# it's\n",), (('"', '"'), ("'", "'"), ('"""', '"""'), ("r'", "'"), ("f'''", "'''"))),
    "clojure": Written(
        ("; it's \"so\n", "#_(gone [\"x\" \\)])", "#_ #_ gone too"), (('"', '"'), ('#"', '"')), "", True
    ),
    "javascript": Written(C_LIKE, (('"', '"'), ("'", "'"), ("`", "`"), ("/", "/gi"))),
    "typescript": Written(C_LIKE, (('"', '"'), ("`", "`"))),
    "java": Written(C_LIKE, (('"', '"'), ('"""\n', '"""')), ""),
    "kotlin": Written((*C_LIKE, "/* one /* two */ \" */"), (('"', '"'), ('"""', '"""'))),
    "scala": Written(C_LIKE, (('"', '"'), ('s"', '"'), ('"""', '"""'))),
    "go": Written(C_LIKE, (('"', '"'), ("`", "`"))),
    "ruby": Written(("# it's \"so\n",), (('"', '"'), ("'", "'"), ("%q(", ")"), ("/", "/i"))),
    "php": Written((*C_LIKE, "# it's\n"), (('"', '"'), ("'", "'"))),
    "csharp": Written(C_LIKE, (('"', '"'), ('@"', '"'), ('$"', '"'), ('"""', '"""')), ""),
    "rust": Written(C_LIKE, (('"', '"'), ('r#"', '"#'))),
    "elixir": Written(("# it's\n",), (('"', '"'), ('"""\n', '"""'), ("~s(", ")"))),
    "swift": Written(C_LIKE, (('"', '"'), ('"""\n', '"""'))),
    "lua": Written(("-- it's\n", "--[[ \" ' ]]"), (('"', '"'), ("[[", "]]"), ("[==[", "]==]"))),
    "a language that nobody planned for": Written((*C_LIKE, "# so\n", "-- so\n"), (('"', '"'), ("'", "'"))),
}  # fmt: skip

NAMES = st.sampled_from(["db", "query", "owner", "run2", "_x"])
CALLS = st.recursive(
    NAMES | st.just(""), lambda inner: st.tuples(NAMES, st.lists(inner, min_size=1, max_size=3)), max_leaves=6
).filter(lambda call: not isinstance(call, str))
TEXT = st.text("abz ;,.:=+-0|&", max_size=6)


@st.composite
def rendered(draw: st.DrawFn, written: Written, call: object) -> str:
    """One way to write a call; `""` in it is any string. Comments and line breaks stand wherever white space may."""

    def gap(least: str = "") -> str:
        comment = st.sampled_from([c if c.endswith("\n") else f"{c} " for c in written.comments])
        return draw(st.sampled_from([least, " ", "\n\t", "\r\n  "]) | comment.map(" ".__add__))

    def write(piece: object) -> str:
        if piece == "":
            opening, closing = draw(st.sampled_from(written.strings))
            return opening + draw(TEXT.map(lambda text: "b" + text)) + closing
        if isinstance(piece, str):
            return piece
        name, arguments = piece
        if written.is_lisp:
            return "(" + name + "".join(gap(" ") + write(a) for a in arguments) + gap() + ")"
        between = "".join(("," if i else "") + gap() + write(a) + gap() for i, a in enumerate(arguments))
        return name + "(" + between + (draw(st.sampled_from(["", written.trailing]))) + gap() + ")"

    return write(call)


def with_other_name(call: object, old: str) -> object:
    """The call with one of its names another."""
    if isinstance(call, str):
        return "other" if call == old else call
    return with_other_name(call[0], old), [with_other_name(a, old) for a in call[1]]


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data(), call=CALLS)
@settings(max_examples=40, deadline=None)
def test_layout_comments_and_other_strings_keep_it(language, data, call):
    one, other = (data.draw(rendered(LANGUAGES[language], call)) for _ in range(2))
    assert normalised(one, language) == normalised(other, language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data(), call=CALLS)
@settings(max_examples=25, deadline=None)
def test_another_name_changes_it(language, data, call):
    one = data.draw(rendered(LANGUAGES[language], call))
    other = data.draw(rendered(LANGUAGES[language], with_other_name(call, call[0])))
    assert normalised(one, language) != normalised(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("python", "return (\n    db.execute(q)\n)", "return db.execute(q)"),
        ("python", 'run("select 1"\n    "from t")', "run('select 1 from t')"),
        ("python", "run(a, \\\n    b)", "run(a, b)"),
        ("javascript", "rows.map(x => run(x))", "rows.map((x) => run(x));"),
        ("javascript", 'if (x) { run("a") }', "if (x)\n{\n  run('a');\n}"),
        ("clojure", "(jdbc/query db [sql, id])", "(jdbc/query\n  db\n  [sql id])"),
        ("clojure", "(split \\; s)", "(split \\newline s)"),
        ("ruby", "run(<<~SQL, id)\n  select 1\nSQL\n", 'run("select 2", id)'),
        ("php", "run(<<<SQL\n select 1\n SQL, $id)", "run('select 2', $id)"),
        ("csharp", 'Run(@"a ""b"" \\", x);', 'Run("c", x);'),
        ("rust", "run(&x, '\\'')", "run(&x, 'b')"),
        ("go", "run(x, 0x1F, 1e-3)", "run(x, 7, 2.5)"),
    ],
)
def test_what_only_looks_other_is_the_same(language, one, other):
    assert normalised(one, language) == normalised(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("python", 'run(f"select {owner}")', 'run(f"select {name}")'),
        ("python", 'run("a" + x)', 'run("a", x)'),
        ("javascript", "run(`select ${owner}`)", "run(`select ${name}`)"),
        ("javascript", "a / b / run(c)", "a / d / run(c)"),
        ("ruby", 'run("select #{owner}")', 'run("select #{name}")'),
        ("ruby", "run(<<~SQL)\n  select #{owner}\nSQL\n", "run(<<~SQL)\n  select #{name}\nSQL\n"),
        ("php", 'run("select {$owner}")', 'run("select $name")'),
        ("kotlin", 'run("select $owner")', 'run("select ${name}")'),
        ("csharp", 'Run($"select {owner}")', 'Run($@"select {name}")'),
        ("clojure", "(- a b)", "(-a b)"),
        ("clojure", "(run 'owner)", "(run 'name)"),
        ("rust", "fn run<'a>(x: &'a str)", "fn run<'b>(y: &'b str)"),
        ("elixir", 'run("select #{owner}")', "run(~s(select #{name}))"),
        ("swift", 'run("select \\(owner)")', 'run("select \\(name)")'),
    ],
)
def test_what_only_looks_alike_is_another(language, one, other):
    assert normalised(one, language) != normalised(other, language)


@given(text=st.text("\"'`#$\\{}()[]<>~%@/*-;=qr\nabE ", max_size=200), language=st.sampled_from(sorted(LANGUAGES)))
@settings(max_examples=300, deadline=None)
def test_any_text_has_one(text, language):
    told = normalised(text, language)
    assert told == normalised(text + " ", language)
    assert len(told) <= 3 * len(text) + 2


def test_words_stay_apart():
    assert normalised("return  not   x", "python") == "return not x"


def test_lines_are_bounded():
    text = "\n".join(map(str, range(1, 101)))
    assert source_lines(text, 3, 4) == "3\n4"
    assert source_lines(text, 1, 100).count("\n") == MAX_LINES - 1


def test_a_match_is_told_by_its_own_code_where_it_holds_a_call():
    line = "é = run(x) or run(y)".encode()
    start = line.index(b"run")
    assert matched_code(line, start, start + 6, "the lines") == "run(x)"
    assert matched_code(line, start, start + 3, "the lines") == "the lines"
    assert len(matched_code(b"(" * 5000, 0, 5000, "")) == MAX_CHARACTERS
