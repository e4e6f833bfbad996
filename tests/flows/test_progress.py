import json
from datetime import UTC, datetime, timedelta

import pytest

from flows.progress import RunLog, stage_seconds


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


def test_the_seconds_of_a_run_are_read_back(tmp_path):
    path, before = tmp_path / "runs.jsonl", datetime.now(UTC) - timedelta(seconds=1)
    for release_id in ("shop-1", "shop-2"):
        with RunLog(path, release_id).stage("scan"):
            pass
    assert set(stage_seconds(path, "shop-1", before)) == {"scan"}
    assert stage_seconds(path, "shop-1", datetime.now(UTC) + timedelta(seconds=1)) == {}


def test_a_stage_that_breaks_is_logged_as_failed_and_the_error_goes_on(tmp_path):
    log = RunLog(tmp_path / "runs.jsonl", "shop-1")
    with pytest.raises(ValueError), log.stage("scan"):
        raise ValueError("no such thing")
    assert lines(tmp_path / "runs.jsonl")[-1]["state"] == "failed"
    assert "no such thing" in lines(tmp_path / "runs.jsonl")[-1]["message"]
