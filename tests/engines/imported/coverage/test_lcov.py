"""LCOV: lines by file, with the test that a record names."""

from __future__ import annotations

from pathlib import Path

from engines.imported.coverage.lcov import read_lcov
from engines.imported.coverage.lines import NO_CONTEXTS, Ran, Refused

TRACE = "TN:checkout\nSF:src/cart.js\nFN:1,add\nDA:1,4\nDA:2,0\nDA:3,1,checksum\nend_of_record\nTN:\nSF:b.js\nDA:9,1\n"


def test_lines_are_told_by_file_and_test(tmp_path: Path) -> None:
    path = tmp_path / "lcov.info"
    path.write_text(TRACE + "end_of_record\n")
    assert list(read_lcov(path)) == [Ran("src/cart.js", "checkout", (1, 3)), Ran("b.js", None, (9,))]


def test_a_record_without_its_end_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "lcov.info"
    path.write_text(TRACE)
    assert Ran("b.js", None, (9,)) in list(read_lcov(path))
    assert Refused("the file ends within a record", {"file": "b.js"}) in list(read_lcov(path))


def test_without_names_of_tests_that_is_said_and_nonsense_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lcov.info"
    path.write_bytes(b"SF:a.js\nDA:x,1\nDA:5\nDA:0,1\nDA:7,2\n\xff\xfe\nend_of_record\n")
    items = list(read_lcov(path))
    assert items[-1] == NO_CONTEXTS and Ran("a.js", None, (7,)) in items
    assert sum(isinstance(item, Refused) for item in items) == 3
