"""What the findings of the library say, release by release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.warehouse import reading
from tests.dbt_project.scenario import NEW, OLD


def findings(warehouse: Path, release: str) -> dict[str, dict[str, Any]]:
    """The findings of a release by title."""
    with reading(warehouse) as connection:
        cursor = connection.execute("select * from intermediate.int_findings__tracked where release_id = ?", [release])
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert len({row["title"] for row in rows}) == len(rows)
    return {row["title"]: row for row in rows}


def test_an_injection_across_services_is_one_finding_of_three_techniques(library: Path) -> None:
    loan = findings(library, OLD)["SQL injection in load_loan"]
    assert loan["state"] == "confirmed"
    assert loan["techniques"] == ["dynamic", "static", "trace"]
    assert (loan["service"], loan["file"], loan["line"]) == ("ledger", "store.py", 26)
    assert (loan["entry_service"], loan["route"], loan["parameter"]) == ("web", "/loans/{id}", "id")
    assert loan["evidence_count"] == 3
    assert loan["is_outside"]


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("Cross-site scripting in search", "confirmed"),
        ("Command injection in print_label", "refuted"),
        ("Command injection in purge", "possible"),
        ("SQL injection in find", "unreached"),
    ],
)
def test_each_finding_has_the_state_that_its_evidence_gives(library: Path, title: str, state: str) -> None:
    assert findings(library, OLD)[title]["state"] == state


def test_what_nobody_tried_says_so(library: Path) -> None:
    purge = findings(library, OLD)["Command injection in purge"]
    assert purge["tried"] == "static (static): 1"
    assert "no attempt of this class" in purge["not_tried"]
    assert "no traffic was seen there" in purge["not_tried"]


def test_moved_code_neither_closes_nor_reopens_a_finding(library: Path) -> None:
    old, new = findings(library, OLD), findings(library, NEW)
    assert new["SQL injection in load_loan"]["line"] == 29
    for before, after, tracking_pass in [
        ("SQL injection in load_loan", "SQL injection in load_loan", "exact"),
        ("Command injection in print_label", "Command injection in make_label", "moved"),
    ]:
        assert new[after]["finding_id"] == old[before]["finding_id"]
        assert (new[after]["tracking"], new[after]["tracking_pass"]) == ("persisting", tracking_pass)


def test_a_release_tells_new_from_fixed(library: Path) -> None:
    assert {row["tracking"] for row in findings(library, OLD).values()} == {"baseline"}
    new = findings(library, NEW)
    assert new["Cross-site scripting in search"]["tracking"] == "fixed"
    assert new["Server-side request forgery in cover"]["tracking"] == "new"


def test_a_lead_path_goes_from_the_endpoint_through_both_services_to_the_line(library: Path) -> None:
    loan = findings(library, NEW)["SQL injection in load_loan"]
    with reading(library) as connection:
        rows = connection.execute(
            """select hop_kind, service, symbol, line, is_observed, outside_parameter, statement, statement_attack
            from marts.lead_paths where release_id = ? and finding_id = ? and path_number = 1 order by hop""",
            [NEW, loan["finding_id"]],
        ).fetchall()
    assert [row[:3] for row in rows[:-1]] == [
        ("endpoint", "web", "GET /loans/{id}"),
        ("function", "web", "show_loan"),
        ("function", "web", "fetch_loan"),
        ("endpoint", "ledger", "GET /loans/{id}"),
        ("function", "ledger", "read_loan"),
        ("function", "ledger", "load_loan"),
    ]
    last = rows[-1]
    assert (last[0], last[1], last[3]) == ("line", "ledger", 29)
    assert all(row[4] for row in rows)
    assert {row[5] for row in rows} == {"id"}
    assert last[6] != last[7] and None not in last[6:]


def test_a_path_that_nobody_went_is_called_possible(library: Path) -> None:
    purge = findings(library, NEW)["Command injection in purge"]
    with reading(library) as connection:
        rows = connection.execute(
            """select hop_kind, symbol, is_observed, calls from marts.lead_paths
            where release_id = ? and finding_id = ? order by path_number, hop""",
            [NEW, purge["finding_id"]],
        ).fetchall()
    assert rows == [
        ("endpoint", "POST /purge", False, 0),
        ("function", "purge", False, 0),
        ("line", "system(cmd)", False, 0),
    ]


def test_the_data_flow_of_a_match_is_shown_with_its_finding(library: Path) -> None:
    loan = findings(library, NEW)["SQL injection in load_loan"]
    with reading(library) as connection:
        rows = connection.execute(
            """select step, steps.file, steps.line, steps.message from marts.match_steps as steps
            join marts.evidence using (release_id, evidence_id, finding_id)
            where release_id = ? and finding_id = ? order by flow, step""",
            [NEW, loan["finding_id"]],
        ).fetchall()
    assert rows == [(1, "app.py", 9, "id enters here"), (2, "store.py", 29, "id reaches the statement")]
