"""How many functions each exerciser reached, in a cell."""

from app.heat import heat_cell, heat_columns, pivoted
from tests.app import published as fixture

SHARES = [row for row in fixture.function_shares(fixture.NEW) if row["file"] == "*"]


def share(**counts):
    return {"functions": 4, "reached": 0, "unreached": 0, "unknown": 0, "limited_by": None} | counts


def test_a_share_is_told_in_words_and_as_colour():
    told = heat_cell(share(reached=3, unreached=1))
    assert "3 of 4" in told and "--share: 75%" in told


def test_what_is_unknown_is_never_a_share():
    told = heat_cell(share(unknown=4, limited_by="sampled"))
    assert "unknown: sampled" in told and "hatched" in told and "of 4" not in told


def test_a_part_that_is_unknown_is_said_beside_the_share():
    told = heat_cell(share(reached=1, unreached=1, unknown=2, limited_by="spans_lost"))
    assert "1 of 4" in told and "2 unknown" in told and "spans were lost" in told


def test_one_row_a_service_with_a_column_for_anyone_and_each_exerciser():
    rows = pivoted(SHARES, lambda row: row["service"])
    assert [row["name"] for row in rows] == ["portal", "ledger"]
    assert [column.head for column in heat_columns()] == ["Anyone", "QA", "DAST", "fuzz", "import"]
    assert "1 of 2" in heat_columns()[1].of(rows[0]) and "0 of 2" in heat_columns()[2].of(rows[0])
