"""Every language reads its sample as its expected.yaml says; `reading/rendering.py` tells how that is written."""

from pathlib import Path

import pytest
import yaml
from tree_sitter import QueryCursor

from engines.static.files import LANGUAGES
from engines.static.reading.language import load
from tests.engines.static.reading.rendering import read_sample

SAMPLES = Path(__file__).parent / "reading" / "samples"
LISTED = sorted(folder.name for folder in LANGUAGES.iterdir() if (folder / "language.yaml").is_file())
CASES = sorted(path for path in SAMPLES.glob("*/*") if path.stem.startswith("sample") and path.suffix != ".yaml")


def test_every_language_has_a_sample():
    assert set(LISTED) == {path.parent.name for path in CASES} and len(LISTED) >= 3


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_sample(path):
    expected = yaml.safe_load(path.with_name(path.stem.replace("sample", "expected") + ".yaml").read_text())
    assert read_sample(path.parent.name, path) == expected


@pytest.mark.parametrize("name", LISTED)
def test_every_pattern_of_a_query_finds_something(name):
    """A pattern that nothing in the samples matches is not proven, and likely wrong."""
    found: set[int] = set()
    for path in (path for path in CASES if path.parent.name == name):
        language = load(name, path.suffix)
        tree = language.parser.parse(path.read_bytes())
        found |= {index for index, _ in QueryCursor(language.query).matches(tree.root_node)}
    language = load(name)
    source = language.query_source
    unseen = [
        " ".join(source[language.query.start_byte_for_pattern(i) : language.query.end_byte_for_pattern(i)].split())
        for i in range(language.query.pattern_count)
        if i not in found
    ]
    if "extends" not in yaml.safe_load((LANGUAGES / name / "language.yaml").read_text()):
        assert unseen == []
