"""`system.yaml`: what a staging system consists of, as data."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engines import untrusted_yaml

_SIZE_LIMIT = 1_000_000  # bytes of a system.yaml


class StagingError(RuntimeError):
    """The system could not be started; the message is one sentence with the remedy. Nothing is left running."""


class Agent(StrEnum):
    """The recording agent that a process runs under."""

    PYTHON = "python"
    JVM = "jvm"
    NONE = "none"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProcessSpec(_Part):
    """One process of the system."""

    command: list[str] = Field(min_length=1, description="Program and arguments.")
    cwd: Path = Field(Path("."), description="Folder it runs in, relative to this file; its source for the agent.")
    url: str | None = Field(None, pattern=r"^[A-Z][A-Z0-9_]*$", description="Variable that holds its base URL.")
    version: str | None = Field(None, description="Told to the agent as service.version.")
    health: str = Field("/", pattern=r"^/", description="GET path that answers below 500 once it is up.")
    agent: Agent = Field(Agent.PYTHON, description="The recording agent of its platform; none: runs without.")
    needs: list[str] = Field(default_factory=list, description="Programs and files; not started where one is missing.")
    install: str | None = Field(None, description="Command that brings what it needs, told where that is missing.")
    environment: dict[str, str] = Field(default_factory=dict, description="Of this process alone.")


class SystemSpec(_Part):
    """The whole file."""

    environment: dict[str, str] = Field(
        default_factory=dict, description="Of every process and of QA; what the caller's environment sets wins."
    )
    services: dict[str, ProcessSpec] = Field(min_length=1)


def load_system(path: Path) -> SystemSpec:
    """Read and validate a `system.yaml`.

    Raises:
        StagingError: it cannot be read, or has an unknown or wrong key.
    """
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            raise StagingError(f"{path} is larger than {_SIZE_LIMIT:,} bytes; a system file is short YAML")
        return SystemSpec.model_validate(untrusted_yaml.load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        raise StagingError(f"{path}: {where}: {first['msg']}; see flows/system.py for the valid keys") from None
    except (OSError, ValueError) as error:
        raise StagingError(f"{path} cannot be read ({error}); name a system.yaml") from None
    except yaml.YAMLError as error:
        raise StagingError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from None
