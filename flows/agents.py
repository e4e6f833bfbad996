"""The recording agents: which process runs under which, what it is told, and what a process needs to run at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flows.system import Agent, ProcessSpec, SystemSpec

_BUILD = "install openjdk-17-jdk-headless and libasm-java, then: make agents"


@dataclass(frozen=True, slots=True)
class Recording:
    """How processes are recorded: the folder that holds the agents (`engines/agents`), the receiver's `host:port`."""

    agents: Path
    receiver: str

    @property
    def python(self) -> Path:
        """The folder that holds the Python agent's package."""
        return self.agents.resolve() / "python"

    @property
    def jvm(self) -> Path:
        """The JVM agent, once it is built."""
        return self.agents.resolve() / "jvm" / "build" / "leadline-agent.jar"


def under_agent(
    recording: Recording,
    name: str,
    spec: ProcessSpec,
    command: list[str],
    cwd: Path,
    python: Path,
    environment: Mapping[str, str],
) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs a process under its agent, and the variables that this sets.

    Args:
        name: of the service, as its spans will have it.
        cwd: the service's source.
        python: interpreter of the Python agent.
        environment: of the process; what it says of the same variables is kept.
    """
    if spec.agent is Agent.NONE:
        return command, {}
    told = _telling(recording, name, spec.version)
    if spec.agent is Agent.PYTHON:
        path = [str(recording.python), environment.get("PYTHONPATH")]
        told |= {"PYTHONPATH": os.pathsep.join(filter(None, path))}
        return [str(python), "-m", "leadline_agent", "--roots", str(cwd), "--", *command], told
    options = [environment.get("JAVA_TOOL_OPTIONS"), _quoted(f"-javaagent:{recording.jvm}=roots={cwd}")]
    return command, told | {"JAVA_TOOL_OPTIONS": " ".join(filter(None, options))}


def unmet_needs(system: SystemSpec, recording: Recording | None) -> dict[str, str]:
    """Return service → why it cannot be started on this machine and what mends that, one sentence."""
    reasons = {}
    for name, spec in system.services.items():
        missing = [need for need in spec.needs if not (Path(need).exists() if "/" in need else shutil.which(need))]
        if missing:
            several = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            remedy = f"install what it needs: {spec.install}" if spec.install else "install what it needs"
            reasons[name] = f"{name} is not started, because {missing[0]}{several} is missing; {remedy}"
        elif recording and spec.agent is Agent.JVM and not recording.jvm.exists():
            reasons[name] = f"{name} is not started, because the JVM agent is not built; {_BUILD}"
    return reasons


def _telling(recording: Recording, name: str, version: str | None) -> dict[str, str]:
    """Return what an agent is told about its service and its receiver, in OpenTelemetry's variables."""
    attributes = {"service.version": version} if version else {}
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{recording.receiver}",
        "OTEL_SERVICE_NAME": name,
        "OTEL_RESOURCE_ATTRIBUTES": ",".join(f"{key}={quote(value)}" for key, value in attributes.items()),
    }


def _quoted(option: str) -> str:
    """Return an option as JAVA_TOOL_OPTIONS spells one that holds spaces (JVM TI, "JAVA_TOOL_OPTIONS")."""
    return f'"{option}"' if " " in option else option
