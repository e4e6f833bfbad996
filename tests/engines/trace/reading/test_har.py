"""HAR 1.2: each entry is a request to the service at its host."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engines.trace.reading import har
from engines.trace.spans import SERVER, Refused
from tests.engines.trace.reading.reading import fixtures, needs_fixtures, told


def entry(
    url: str = "https://shop.test:8443/a/7?b=8#c", method: str = "GET", status: Any = 200, **more: Any
) -> dict[str, Any]:
    return {"startedDateTime": "2026-01-02T03:04:05.006+01:00", "time": 14.5,
            "request": {"method": method, "url": url, "headers": []}, "response": {"status": 200}, **more}  # fmt: skip


def recording(*entries: Any) -> dict[str, Any]:
    return {"log": {"version": "1.2", "creator": {"name": "browser"}, "pages": [], "entries": list(entries)}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces"


def test_an_entry_is_a_request_to_the_service_at_its_host(path: Path) -> None:
    rows, _ = told(har, path, recording(entry()))
    (row,) = rows.values()
    assert len(row.pop("trace_id")) == 32
    start = 1767319445006000000
    assert row == {"service": "shop.test:8443", "name": "GET", "kind": SERVER, "method": "GET", "path": "/a/7",
                   "query": "b=8", "status": 200, "start": start, "end": start + 14_500_000}  # fmt: skip


def test_ids_are_the_same_whenever_a_file_is_read_and_differ_between_equal_entries(path: Path) -> None:
    once, again = (told(har, path, recording(entry(), entry()))[0] for _ in range(2))
    assert once == again and len(once) == 2
    assert len({row["trace_id"] for row in once.values()}) == 2


def test_a_request_that_says_which_trace_it_is_part_of_is_part_of_it(path: Path) -> None:
    one = entry()
    one["request"]["headers"] = [{"name": "Traceparent", "value": f"00-{'ab' * 16}-{'cd' * 8}-01"}]
    other = entry()
    other["request"]["headers"] = [None, {"name": "traceparent", "value": "00-nothing"}]
    rows, _ = told(har, path, recording(one, other))
    assert [row["trace_id"] == "ab" * 16 for row in rows.values()] == [True, False]


def test_what_is_in_bodies_and_in_headers_is_not_kept(path: Path) -> None:
    one = entry(method="POST")
    one["request"]["postData"] = {"mimeType": "text/plain", "text": "a secret"}
    one["request"]["headers"] = [{"name": "Authorization", "value": "a secret"}]
    one["response"]["content"] = {"text": "a secret"}
    assert "a secret" not in str(told(har, path, recording(one)))


def test_users_of_addresses_are_not_kept(path: Path) -> None:
    rows, _ = told(har, path, recording(entry("https://me:pass@Shop.test/")))
    assert [row["service"] for row in rows.values()] == ["shop.test"]
    assert "pass" not in str(rows)


def test_what_har_cannot_tell_is_said(path: Path) -> None:
    assert [one.reason for one in told(har, path, recording(entry()))[1]] == ["no_calls"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry("data:text/plain,x"), "asks no service"),
        (entry("http://[::1/"), "asks no service"),
        (entry(method=""), "a request without a method"),
        ({"a": 1}, "it has no request"),
        (None, "it has no request"),
    ],
)
def test_what_is_no_request_is_refused_alone(bad: Any, reason: str, path: Path) -> None:
    rows, others = told(har, path, recording(entry(), bad, entry()))
    refused = [one for one in others if isinstance(one, Refused)]
    assert len(rows) == 2 and len(refused) == 1 and reason in refused[0].reason


@pytest.mark.parametrize("time", [None, "soon", "2026-99-99", "9999-12-31T23:59:59-14:00", 7])
def test_values_of_wrong_types_cost_no_more_than_themselves(time: Any, path: Path) -> None:
    rows, _ = told(har, path, recording(entry(startedDateTime=time, time=float("inf"), response=[])))
    (row,) = rows.values()
    assert row["path"] == "/a/7" and "status" not in row


def test_what_is_cut_off_gives_the_entries_before(path: Path) -> None:
    text = json.dumps(recording(entry("http://a/1"), entry("http://a/2"), entry("http://a/3")))
    rows, others = told(har, path, text[: text.index("http://a/3")])
    assert [row["path"] for row in rows.values()] == ["/1", "/2"]
    assert [one.reason for one in others if isinstance(one, Refused)] == ["it ends in the middle"]


@needs_fixtures
@pytest.mark.parametrize("recorded", fixtures("har"), ids=lambda path: path.name)
def test_recordings_of_browsers_and_proxies_are_read(recorded: Path) -> None:
    rows, others = told(har, recorded)
    entries = json.loads(recorded.read_text())["log"]["entries"]
    assert [(row["method"], row.get("status", 0)) for row in rows.values()] == [
        (one["request"]["method"], one["response"]["status"]) for one in entries
    ]
    assert all(row["start"] and row["end"] > row["start"] for row in rows.values())
    assert [one for one in others if isinstance(one, Refused)] == []
