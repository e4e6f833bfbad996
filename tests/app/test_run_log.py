"""The run log: the newest entries first, whatever the file holds."""

import json

from app.run_log import SHOWN, TAIL, last_entries, without_beginnings


def test_the_newest_entries_come_first(tmp_path):
    log = tmp_path / "log"
    log.write_text("\n".join(json.dumps({"stage": f"s{n}", "other": 1}) for n in range(SHOWN + 20)))
    entries, unreadable = last_entries(log)
    assert [entries[0]["stage"], len(entries), unreadable] == [f"s{SHOWN + 19}", SHOWN, 0]
    assert set(entries[0]) == {"at", "stage", "state", "seconds", "message"}


def test_lines_that_are_no_entry_are_counted(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b'{"stage": "a"}\n[1]\nnot JSON\n\xff\xfe\n' + b"[" * 100_000 + b"\n")
    entries, unreadable = last_entries(log)
    assert [entry["stage"] for entry in entries] == ["a"]
    assert unreadable == 4


def test_a_missing_log_is_empty_and_a_huge_one_is_read_from_its_end(tmp_path):
    assert last_entries(tmp_path / "none") == ([], 0)
    log = tmp_path / "log"
    log.write_text("x" * (2 * TAIL) + "\n" + json.dumps({"stage": "last"}) + "\n")
    assert last_entries(log)[0] == [dict.fromkeys(("at", "state", "seconds", "message")) | {"stage": "last"}]


def test_the_beginning_of_a_stage_that_ended_is_left_out():
    stages = [("b", "running"), ("a", "done"), ("a", "running"), ("a", "failed"), ("a", "running")]
    entries = [{"stage": stage, "state": state} for stage, state in stages]
    assert [(e["stage"], e["state"]) for e in without_beginnings(entries)] == [
        ("b", "running"),
        ("a", "done"),
        ("a", "failed"),
    ]
