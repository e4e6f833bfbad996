"""What is read of a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): typed, the rest passed over.

A run's results stay undecoded bytes until they are asked for, one by one, so that a log of a hundred thousand
results costs its own size in memory, and one result that makes no sense does not take the others with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct

from engines.contract import EngineError
from engines.imported.reading import read_bytes

WHAT = "a SARIF 2.1.0 log"
MAX_BYTES = 1_000_000_000

# Half a surrogate pair is no character; tools that cut a text within one write it nevertheless.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
Number = Annotated[int, Meta(ge=-1, le=2**31 - 1)]


class _Part(Struct, rename="camel", gc=False):
    """A part of a log; no part holds itself, so that the garbage collector need not look at it."""


class Message(_Part):
    text: str | None = None
    markdown: str | None = None
    id: str | None = None
    arguments: list[str] | None = None


class ArtifactLocation(_Part):
    uri: str | None = None
    uri_base_id: str | None = None
    index: Number = -1


class Content(_Part):
    text: str = ""


class Region(_Part):
    start_line: Number = 0
    start_column: Number = 0
    end_line: Number = 0
    end_column: Number = 0
    char_offset: Number = -1
    snippet: Content | None = None


class PhysicalLocation(_Part):
    artifact_location: ArtifactLocation | None = None
    region: Region | None = None


class LogicalLocation(_Part):
    name: str | None = None
    fully_qualified_name: str | None = None
    kind: str | None = None
    index: Number = -1


class Location(_Part):
    id: Number = -1
    physical_location: PhysicalLocation | None = None
    logical_locations: list[LogicalLocation] | None = None
    message: Message | None = None


class ThreadFlowLocation(_Part):
    location: Location | None = None
    index: Number = -1


class ThreadFlow(_Part):
    locations: list[ThreadFlowLocation] | None = None


class CodeFlow(_Part):
    thread_flows: list[ThreadFlow] | None = None


class ToolComponentReference(_Part):
    name: str | None = None
    index: Number = -1


class Reference(_Part):
    """A reference to a rule, or to a member of a taxonomy."""

    id: str | None = None
    index: Number = -1
    tool_component: ToolComponentReference | None = None


class Suppression(_Part):
    kind: str | None = None
    status: str | None = None
    justification: str | None = None


class Result(_Part):
    rule_id: str | None = None
    rule_index: Number = -1
    rule: Reference | None = None
    kind: str | None = None
    level: str | None = None
    message: Message | None = None
    locations: list[Location] | None = None
    code_flows: list[CodeFlow] | None = None
    related_locations: list[Location] | None = None
    suppressions: list[Suppression] | None = None
    baseline_state: str | None = None
    fingerprints: dict[str, Any] | None = None
    partial_fingerprints: dict[str, Any] | None = None
    taxa: list[Reference] | None = None
    properties: Raw = Raw(b"{}")


class Configuration(_Part):
    level: str | None = None


class Relationship(_Part):
    target: Reference | None = None


class Descriptor(_Part):
    """A rule as its tool describes it."""

    id: str
    name: str | None = None
    short_description: Message | None = None
    full_description: Message | None = None
    help: Message | None = None
    help_uri: str | None = None
    message_strings: dict[str, Message] | None = None
    default_configuration: Configuration | None = None
    relationships: list[Relationship] | None = None
    properties: dict[str, Any] | None = None


class Component(_Part):
    """The driver of a tool, or an extension of it."""

    name: str = "unknown"
    version: str | None = None
    semantic_version: str | None = None
    rules: list[Descriptor] | None = None


class Tool(_Part):
    driver: Component = msgspec.field(default_factory=Component)
    extensions: list[Component] | None = None


class Notification(_Part):
    level: str | None = None
    message: Message | None = None
    descriptor: Reference | None = None
    locations: list[Location] | None = None


class Invocation(_Part):
    execution_successful: bool = True
    exit_code: int | None = None
    exit_signal_name: str | None = None
    exit_code_description: str | None = None
    working_directory: ArtifactLocation | None = None
    tool_execution_notifications: list[Notification] | None = None
    tool_configuration_notifications: list[Notification] | None = None


class Artifact(_Part):
    location: ArtifactLocation | None = None


class AutomationDetails(_Part):
    id: str | None = None


class ExternalReferences(_Part):
    results: list[Raw] | None = None


class Run(_Part):
    tool: Tool  # whatever a log leaves out or writes as null is None here: Go writes its empty lists so
    results: list[Raw] | None = None
    invocations: list[Invocation] | None = None
    original_uri_base_ids: dict[str, ArtifactLocation] | None = None
    artifacts: list[Artifact] | None = None
    logical_locations: list[LogicalLocation] | None = None
    thread_flow_locations: list[ThreadFlowLocation] | None = None
    automation_details: AutomationDetails | None = None
    external_property_file_references: ExternalReferences | None = None


class _Log(_Part):
    runs: list[Run] | None
    version: str = ""
    inline_external_properties: list[ExternalReferences] | None = None


class Log(Struct):
    """A log: its runs, and how many results it keeps outside of them."""

    runs: list[Run]
    results_elsewhere: int


def read_log(path: Path) -> Log:
    """Return the log in a file, results still undecoded.

    Raises:
        EngineError: no file, too large, no JSON, nested too deep, or no SARIF 2.1.0; one sentence with the remedy.
    """
    content = read_bytes(path, WHAT, MAX_BYTES)
    try:
        log = _decoded(content)
    except msgspec.ValidationError as error:
        raise EngineError(f"{path.name} is no SARIF as the standard has it ({error}): {WHAT} was expected.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EngineError(f"{path.name} is no whole JSON ({error}): export the report again.") from error
    except RecursionError as error:
        raise EngineError(f"{path.name} is nested deeper than any report: {WHAT} was expected.") from error
    if log.version != "2.1.0":
        raise EngineError(f"{path.name} is SARIF of version {log.version[:20]!r}: write it as 2.1.0.")
    outside = [run.external_property_file_references for run in log.runs or ()]
    elsewhere = sum(len(part.results or ()) for part in (*outside, *(log.inline_external_properties or ())) if part)
    return Log(log.runs or [], elsewhere)


def _decoded(content: bytes) -> _Log:
    try:
        return msgspec.json.decode(content, type=_Log)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        mended = _ESCAPE.sub(lambda match: b"\\ufffd" if match["half"] else match[0], content)
        if mended == content:
            raise
        return msgspec.json.decode(mended, type=_Log)


_result = msgspec.json.Decoder(Result)


def results_of(run: Run) -> Iterator[Result | tuple[Raw, str]]:
    """Yield the results of a run in order; one that cannot be read comes as its text with the reason."""
    for raw in run.results or ():
        try:
            yield _result.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield raw, str(error)
