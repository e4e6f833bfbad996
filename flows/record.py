"""Third stage: run QA while the services are recorded, and land what the traces say."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engines.contract import EngineError, Exerciser
from engines.imported.junit import JUnitEngine
from engines.trace.engine import TraceEngine
from engines.trace.receiver import Receiver
from flows import lifeline
from flows.assessment import Assessment
from flows.hosts import hosts_of
from flows.landing import Landed, RunKey, has_landed, land_once, land_status

_QA = "qa"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a recorded command ended. `status` is its exit status, None when it was stopped at the timeout."""

    status: int | None
    output: Path


def record_qa(assessment: Assessment, receiver: Receiver, is_probed: bool = False) -> list[Landed]:
    """Run the QA suite of the manifest under the receiver; land its verdicts and its traces, each once.

    In an assessment that goes on, QA runs again unless all is probed: probes ask for what QA leaves in the system, and
    that may have been started anew. What had landed is kept all the same.
    """
    warehouse, qa = assessment.settings.warehouse, assessment.manifest.qa
    verdicts = assessment.key("junit", JUnitEngine.version, "imported", "*")
    traces = trace_key(assessment, _QA)
    if qa is None:
        return [land_status(warehouse, verdicts, "skipped", "the manifest names no QA command (key qa)")]
    is_landed = has_landed(warehouse, verdicts) and has_landed(warehouse, traces)
    if is_landed and is_probed:
        return [land_once(warehouse, key, lambda: ()) for key in (verdicts, traces)]
    segment = start_segment(assessment, receiver, f"{_QA}-again" if is_landed else _QA)
    folder = assessment.scratch / _QA
    folder.mkdir(exist_ok=True)
    junit = folder / (qa.junit or "junit.xml")
    junit.unlink(missing_ok=True)
    try:
        ran = run_command(qa.command, assessment.folder, folder, qa.timeout)
    except OSError as error:
        if is_landed:
            return [land_once(warehouse, key, lambda: ()) for key in (verdicts, traces)]
        reason = f"{qa.command[0]!r} cannot be started ({error.strerror}); correct qa.command in the manifest"
        return [land_status(warehouse, verdicts, "failed", reason)]
    receiver.settle()

    def observe_verdicts():
        if ran.status is None:
            raise EngineError(f"QA was stopped after {qa.timeout:.0f} s (qa.timeout); its output is {ran.output}")
        if not junit.is_file():
            raise EngineError(
                f"QA ended with status {ran.status} and wrote no {junit.name} into $LEADLINE_QA_DIR; see {ran.output}"
            )
        yield from JUnitEngine(junit).run(assessment.system_target, assessment.rules)

    return [land_once(warehouse, verdicts, observe_verdicts), land_segment(assessment, _QA, segment, Exerciser.QA)]


def segment_path(assessment: Assessment, name: str) -> Path:
    """Return the file of a recorded segment of this assessment."""
    return assessment.spool / f"{name}.otlp"


def start_segment(assessment: Assessment, receiver: Receiver, name: str) -> Path:
    """Record into a segment from now on. What a killed run left under this name never landed and is recorded anew."""
    segment_path(assessment, name).unlink(missing_ok=True)
    return receiver.start_segment(name)


def trace_key(assessment: Assessment, segment: str) -> RunKey:
    """Return the key under which the traces of one segment land."""
    return assessment.key(TraceEngine.name, TraceEngine.version, "trace", "*", segment)


def land_segment(assessment: Assessment, name: str, segment: Path, exerciser: Exerciser) -> Landed:
    """Fold one recorded segment and land it, once; `exerciser` sent what is not told by its trace id."""
    engine = TraceEngine(
        segment, exerciser, hosts_of({name: spec.base_url for name, spec in assessment.manifest.services.items()})
    )
    return land_once(
        assessment.settings.warehouse,
        trace_key(assessment, name),
        lambda: engine.run(assessment.system_target, assessment.rules),
    )


def run_command(command: Sequence[str], cwd: Path, folder: Path, timeout: float | None) -> Ran:
    """Run a command in its own process group with its output in `folder`; no process of it survives, nor outlives us.

    Raises:
        OSError: the command cannot be started.
    """
    output = folder / "output.txt"
    environment = dict(os.environ) | {"LEADLINE_QA_DIR": str(folder)}
    with output.open("wb") as sink:
        process = subprocess.Popen(
            [part.replace("$LEADLINE_QA_DIR", str(folder)) for part in command],
            cwd=cwd,
            env=environment,
            stdout=sink,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        lifeline.tie(process)
        try:
            return Ran(process.wait(timeout), output)
        except subprocess.TimeoutExpired:
            return Ran(None, output)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            lifeline.untie(process)
            process.wait()
