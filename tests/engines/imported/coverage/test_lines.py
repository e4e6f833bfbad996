from engines.imported.coverage.lines import is_line, ranges


def test_lines_that_follow_each_other_are_one_range():
    assert list(ranges([7, 3, 1, 2, 2, 9, 8])) == [(1, 3), (7, 9)]
    assert list(ranges([])) == []


def test_what_is_no_line_is_told_apart():
    assert [is_line(x) for x in (1, 10_000_000, 0, -4, 10_000_001, True, "3", 2.0)] == [True, True, *[False] * 6]
