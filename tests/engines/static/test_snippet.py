"""A normalised snippet survives reformatting and other literals, and nothing else."""

import pytest

from engines.static.snippet import MAX_LINES, normalised, source_lines


@pytest.mark.parametrize(
    "other",
    [
        'db.execute( "select 1" ,x )',
        "db.execute('select 2',\n    x)",
        'db.execute("select \\"quoted\\"", x)  # a remark',
        'db.execute(\n    "select 1",\n    x,\n)',
    ],
)
def test_equal_after_reformatting(other):
    assert normalised(other) == normalised('db.execute("select 1", x)')


@pytest.mark.parametrize("other", ['db.run("select 1", x)', 'db.execute("select 1", y)', 'db.execute("a" + x)'])
def test_different_for_other_code(other):
    assert normalised(other) != normalised('db.execute("select 1", x)')


def test_words_stay_apart():
    assert normalised("return  not   x") == "return not x"


def test_lines_are_bounded():
    text = "\n".join(map(str, range(1, 101)))
    assert source_lines(text, 3, 4) == "3\n4"
    assert source_lines(text, 1, 100).count("\n") == MAX_LINES - 1
