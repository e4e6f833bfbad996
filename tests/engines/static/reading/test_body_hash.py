"""The hash of a body: equal after a rename, a move or reformatting, different after a change of meaning."""

import textwrap
import time

import pytest

from engines.static.files import SourceFile
from engines.static.reading.read import read_file

BODY = '''
def load(name, limit=3):
    """Load it."""
    if name:
        found = {"a": 1, "b": (name,)}
        return load(name, limit - 1)
    return [x for x in name]
'''


def hashed(source: str) -> str:
    """The hash of the first function of a source, as its facts hold it."""
    facts = read_file(SourceFile("a.py", "python", textwrap.dedent(source).encode()))
    return next(each.body_hash for each in facts.definitions if each.kind == "function")


SAME = {
    "renamed": BODY.replace("load(", "fetch("),
    "moved": "\n\nimport x\n\nclass A:\n" + textwrap.indent(BODY, "    "),
    "decorated": "\n@app.get('/x')\n@cache" + BODY,
    "other docstring": BODY.replace("Load it.", "Load it, or not."),
    "no docstring": BODY.replace('    """Load it."""\n', ""),
    "comments and blank lines": BODY.replace("    if name:", "    # why\n\n    if name:  # so"),
    "other quotes": BODY.replace('"a"', "'a'"),
    "reformatted": BODY.replace(
        '{"a": 1, "b": (name,)}', '{\n            "a": 1,\n            "b": (name,),\n        }'
    ),
    "other indentation": BODY.replace("    ", "  "),
}
OTHER = {
    "a constant": BODY.replace("3", "4"),
    "a string": BODY.replace('"a"', '"c"'),
    "a name": BODY.replace("limit - 1", "found - 1"),
    "an operator": BODY.replace("limit - 1", "limit + 1"),
    "another callee": BODY.replace("return load(", "return other("),
    "a tuple that is none": BODY.replace("(name,)", "(name)"),
    "only indentation": BODY.replace("    return [x", "        return [x"),
    "an f-string": BODY.replace('"a"', 'f"a"'),
    "a default": BODY.replace("limit=3", "limit"),
}


@pytest.mark.parametrize("source", SAME.values(), ids=SAME)
def test_equal(source):
    assert source != BODY and hashed(source) == hashed(BODY)


@pytest.mark.parametrize("source", OTHER.values(), ids=OTHER)
def test_different(source):
    assert source != BODY and hashed(source) != hashed(BODY)


@pytest.mark.parametrize("sign", ['"""\\', "'''\\", '"\\', "`", "'", '""', "\\"])
def test_hostile_quotes_take_no_more_than_their_length(sign):
    source = b"def f():\n    return 1\n" + sign.encode() * 200_000
    started = time.process_time()
    read_file(SourceFile("a.py", "python", source))
    assert time.process_time() - started < 20
