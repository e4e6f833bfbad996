import os
import time

import pytest

from engines.trace.receiver import Receiver
from flows.assessment import begin
from flows.manifest import load_manifest
from flows.record import record_qa, run_command, segment_path
from flows.settings import Settings


def test_a_command_runs_in_its_folder_and_knows_where_to_leave_its_verdicts(tmp_path):
    command = ["sh", "-c", 'pwd; printenv LEADLINE_QA_DIR; echo "$0"', "$LEADLINE_QA_DIR/junit.xml"]
    ran = run_command(command, tmp_path, tmp_path, 10)
    assert ran.status == 0
    assert ran.output.read_text().split() == [str(tmp_path), str(tmp_path), f"{tmp_path}/junit.xml"]


def test_a_command_that_hangs_is_stopped_with_all_that_it_started(tmp_path):
    ran = run_command(["sh", "-c", "sleep 60 & echo $!; wait"], tmp_path, tmp_path, 0.5)
    assert ran.status is None
    child = int(ran.output.read_text())
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_command_that_does_not_exist_is_an_error_of_the_system(tmp_path):
    with pytest.raises(OSError):
        run_command([os.path.join(tmp_path, "nothing")], tmp_path, tmp_path, 1)


@pytest.mark.parametrize("is_probed", [False, True])
def test_qa_runs_again_in_a_resumed_assessment_while_something_is_left_to_probe(tmp_path, is_probed):
    """What it leaves in the system is what probes ask for; what had landed stays."""
    manifest = tmp_path / "leadline.yaml"
    manifest.write_text(
        "system: s\nrelease: '1'\nservices: {a: {version: '1', exposure: internal}}\n"
        "qa: {command: [sh, -c, 'echo x >> runs; cp junit.xml $LEADLINE_QA_DIR'], junit: junit.xml}\n"
    )
    (tmp_path / "junit.xml").write_text("<testsuite name='s'><testcase classname='t' name='one'/></testsuite>")
    assessment = begin(Settings(tmp_path / "data"), load_manifest(manifest, {}), manifest, ())
    with Receiver("127.0.0.1:0", assessment.spool) as receiver:
        first = [landed.status for landed in record_qa(assessment, receiver, is_probed)]
        recorded = segment_path(assessment, "qa").stat().st_ino
        again = [landed.status for landed in record_qa(assessment, receiver, is_probed)]
    assert (first, again) == (["complete"] * 2, ["kept"] * 2)
    assert (tmp_path / "runs").read_text().count("x") == (1 if is_probed else 2)
    assert segment_path(assessment, "qa").stat().st_ino == recorded
