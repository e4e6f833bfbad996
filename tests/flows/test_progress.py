import json

import pytest

from flows.progress import RunLog


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_stage_is_logged_when_it_begins_and_when_it_ends(tmp_path):
    log = RunLog(tmp_path / "runs.jsonl", "shop-1")
    with log.stage("scan") as stage:
        assert [entry["state"] for entry in lines(tmp_path / "runs.jsonl")] == ["running"]
        stage.says("412 files")
    last = lines(tmp_path / "runs.jsonl")[-1]
    assert (last["release_id"], last["stage"], last["state"], last["message"]) == (
        "shop-1",
        "scan",
        "done",
        "412 files",
    )
    assert log.seconds["scan"] >= 0


def test_a_stage_that_breaks_is_logged_as_failed_and_the_error_goes_on(tmp_path):
    log = RunLog(tmp_path / "runs.jsonl", "shop-1")
    with pytest.raises(ValueError), log.stage("scan"):
        raise ValueError("no such thing")
    assert lines(tmp_path / "runs.jsonl")[-1]["state"] == "failed"
    assert "no such thing" in lines(tmp_path / "runs.jsonl")[-1]["message"]
