"""One run of a SARIF log, as records: matches with their data flows and origins, advisories, and what was left out."""

from __future__ import annotations

import gc
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from engines.contract import Advisory, Batch, Match, MatchOrigin, MatchStep, Quarantined, Record, Skip, Technique
from engines.imported.places import Placed, Places, Unplaced
from engines.imported.reading import cleaned, one_line
from engines.imported.sarif_code import Code, lines_of
from engines.imported.sarif_log import Location, Notification, Result, Run, ThreadFlowLocation, results_of
from engines.imported.sarif_packages import advisory
from engines.imported.sarif_places import path_of
from engines.imported.sarif_rows import Rows
from engines.imported.sarif_rules import RuleOfTool, Rules, cwes_of_taxa, severity_of, tool_version
from engines.imported.sarif_said import fingerprint_of, logical_name, message_of, properties_of, suppression_of

_AT_ONCE = 2_000  # matches of one batch
_MAX_MESSAGE = 2_000
_MAX_FLOWS, _MAX_STEPS = 100, 200  # of one result; what is more is said
_MAX_NOTES = 200  # notifications of a run
_EACH = ("no_location", "tool_error", "tool_warning")
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.){1,500})\]\((\d{1,9})\)")  # [text](id of a related location)
_NO_FINDINGS = {"pass", "notApplicable", "informational"}

Key = tuple[str | None, str | None, int]


class RunReader:
    """Reads one run.

    Args:
        run: as decoded.
        tool: the tool's name as it counts in rule ids.
        places: of the whole report.
        service: that counts where no path tells one.
        source: the name of the file, for what is quarantined.
    """

    def __init__(self, run: Run, tool: str, places: Places, service: str, source: str) -> None:
        self.rules = Rules(run, tool)
        self._run, self._places, self._service, self._source = run, places, service, source
        self._code = Code()
        self._tool = cleaned(run.tool.driver.name, 100)
        self._version = tool_version(run.tool.driver)
        self._bases = run.original_uri_base_ids or {}
        self._artifacts: Sequence[Any] = run.artifacts or ()
        self._known: dict[Key, Placed | Unplaced] = {}
        self._later: list[Result] = []
        self._others: list[Record] = []
        self._left_out: dict[tuple[str, ...], list[Any]] = {}
        self._matches = Rows(Match, ("snippet", "normalised_snippet", "message"))
        self._steps = Rows(MatchStep, ("message",))
        self._origins = Rows(MatchOrigin, ("fingerprint", "logical_location", "suppression_reason"))

    def records(self) -> Iterator[Record | Batch]:
        """Yield what the run holds; the rules that its results name are known afterwards."""
        results = results_of(self._run)
        while some := self._some(results):
            yield from self._flush()
            if some < _AT_ONCE:
                break
        self._known.clear()  # by now it may be known where sources begin
        for result in self._later:
            self._take(result, is_last=True)
        self._notes()
        yield from self._flush()
        for (service, kind, subject, reason, _), (count, explanation) in self._left_out.items():
            said = explanation if count == 1 else f"{count} results: {explanation}"
            yield Skip(service, Technique.IMPORTED, kind, subject, reason, said)

    def _some(self, results: Iterator[Result | tuple[Any, str]]) -> int:
        """Take the next results and return how many; nothing here makes cycles, so that looking for them can wait."""
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            count = 0
            for result in itertools.islice(results, _AT_ONCE):
                count += 1
                if isinstance(result, Result):
                    self._take(result, is_last=False)
                else:
                    self._refuse(*result)
            return count
        finally:
            if was_enabled:
                gc.enable()

    def _flush(self) -> Iterator[Record | Batch]:
        for rows in (self._matches, self._steps, self._origins):
            yield from rows.take()
        others, self._others = self._others, []
        yield from others

    def _take(self, result: Result, is_last: bool) -> None:
        if result.kind in _NO_FINDINGS:
            why = f"the tool calls it {result.kind}, no finding."
            return self._leave("service", self._tool, f"kind_{result.kind.lower()}", why)
        rule = self.rules.of(result)
        if result.baseline_state == "absent":
            why = "the tool no longer finds it: baselineState is absent."
            return self._leave("rule", rule.rule_id, "baseline_absent", why)
        if not rule.is_told:
            self._learn(rule, result)
        location = result.locations[0] if result.locations else None
        if location and location.physical_location is None:
            location = next((one for one in result.locations or () if one.physical_location), None)
        physical = location.physical_location if location else None
        placed = self._placed(physical.artifact_location) if physical else None
        if rule.advisory:
            self._others.append(self._advisory(result, rule, placed))
        elif location is None or physical is None or placed is None:
            said = self._message(result, rule)
            where = " ".join(logical_name(one) or "" for one in result.locations or ())[:300]
            self._leave("rule", rule.rule_id, "no_location", cleaned(f"names no file: {where} {said}", 600))
        elif isinstance(placed, Unplaced):
            if placed.reason == "not_in_source" and not is_last:
                self._later.append(result)
            else:
                self._leave("file", placed.path or rule.rule_id, placed.reason, f"{rule.rule_id}: {placed.explanation}")
        else:
            self._match(result, rule, location, placed)

    def _match(self, result: Result, rule: RuleOfTool, location: Location, placed: Placed) -> None:
        region = location.physical_location.region if location.physical_location else None
        start, start_column, end, end_column = lines_of(region, placed, self._code)
        snippet, normal, is_beyond = self._code.of(placed, start, end, region)
        if is_beyond:
            why = f"the file has no line {start}: the report is of another version of it."
            self._leave("file", placed.file, "stale_line", f"{rule.rule_id}: {why}", placed.service)
        where = (placed.service, placed.build_id, rule.rule_id, placed.file, start, start_column)
        message = one_line(self._message(result, rule), _MAX_MESSAGE)
        self._matches.rows.append((*where, end, end_column, snippet, normal, message, bool(result.code_flows)))
        if result.code_flows:
            self._flows(result, where)
        fingerprint = fingerprint_of(result)
        suppression, reason = suppression_of(result) if result.suppressions else (None, None)
        logical = logical_name(location)
        if fingerprint or logical or suppression or result.baseline_state:
            told = (
                self._tool,
                self._version,
                rule.named,
                fingerprint,
                logical,
                result.baseline_state,
                suppression,
                reason,
            )
            self._origins.rows.append((*where, *told))

    def _flows(self, result: Result, where: tuple[Any, ...]) -> None:
        threads = [thread for flow in result.code_flows or () for thread in flow.thread_flows or ()]
        for number, thread in enumerate(threads[:_MAX_FLOWS], start=1):
            found = thread.locations or []
            kept = found if len(found) <= _MAX_STEPS else [*found[: _MAX_STEPS - 1], found[-1]]
            for step, place in enumerate(kept, start=1):
                self._step(place, (*where, number, step))
        if len(threads) > _MAX_FLOWS or any(len(thread.locations or ()) > _MAX_STEPS for thread in threads):
            why = f"of {len(threads)} data flows at most {_MAX_FLOWS}, of each at most {_MAX_STEPS} steps are kept."
            self._leave("rule", where[2], "flows_cut", why, where[0])

    def _step(self, place: ThreadFlowLocation, where: tuple[Any, ...]) -> None:
        location = place.location
        if location is None:
            shared = self._run.thread_flow_locations or ()
            location = shared[place.index].location if 0 <= place.index < len(shared) else None
        physical = location.physical_location if location else None
        if location is None or physical is None:
            return self._leave("rule", where[2], "step_without_location", "a step of its data flow names no line.")
        placed = self._placed(physical.artifact_location)
        # a step may stand in a library, of which the release holds no source
        file = placed.file if isinstance(placed, Placed) else one_line(placed.path, 500) or "unknown"
        region, said = physical.region, location.message
        line, column = (region.start_line, region.start_column) if region else (1, 1)
        text = one_line(said.text, 500) if said and said.text else ""
        self._steps.rows.append((*where, file, line if line > 0 else 1, column if column > 0 else 1, text))

    def _placed(self, artifact: Any) -> Placed | Unplaced:
        key = (artifact.uri, artifact.uri_base_id, artifact.index) if artifact else (None, None, -1)
        placed = self._known.get(key)
        if placed is None:
            path = path_of(artifact, self._bases, self._artifacts)
            path = path if isinstance(path, Unplaced) else one_line(path, 4_000)
            placed = self._known[key] = path if isinstance(path, Unplaced) else self._places.place(path)
        return placed

    def _advisory(self, result: Result, rule: RuleOfTool, placed: Placed | Unplaced | None) -> Advisory:
        service, file = self._service, ""
        if isinstance(placed, Placed):
            service, file = placed.service, placed.file
        elif placed:
            file = placed.path
        return advisory(result, rule, service, file, self._tool)

    def _learn(self, rule: RuleOfTool, result: Result) -> None:
        """Keep what a result says of its rule, where the tool's description of the rule is silent."""
        if not rule.cwes and result.taxa:
            rule.cwes = cwes_of_taxa(result)
        if grade := severity_of(properties_of(result), result.level):
            rule.grades.add(grade)
        if rule.descriptor is None and not rule.said:
            rule.said = cleaned((result.message and result.message.text) or "", 1_000)

    def _message(self, result: Result, rule: RuleOfTool) -> str:
        text = message_of(result.message, rule)
        if not result.related_locations and len(result.locations or ()) < 2:
            return text
        related = result.related_locations or ()
        extra = [one for one in (result.locations or ())[1:] if one.physical_location]
        named = {one.id: self._shown(one) for one in related[:100] if one.id >= 0}
        told: set[int] = set()

        def linked(match: re.Match[str]) -> str:
            told.add(int(match[2]))
            place = named.get(int(match[2]))
            return f"{match[1]} ({place})" if place else match[1]

        text = _LINK.sub(linked, text[: 2 * _MAX_MESSAGE])
        rest = [self._shown(one) for one in related[:100] if one.id not in told] + [self._shown(one) for one in extra]
        rest = [place for place in dict.fromkeys(rest) if place]
        return f"{text} See also {', '.join(rest[:10])}." if rest else text

    def _shown(self, location: Location) -> str | None:
        physical = location.physical_location
        if physical is None:
            return logical_name(location)
        placed = self._placed(physical.artifact_location)
        file = placed.file if isinstance(placed, Placed) else placed.path
        line = physical.region.start_line if physical.region else 0
        return f"{file}:{line}" if line > 0 else file

    def _notes(self) -> None:
        for invocation in self._run.invocations or ():
            if not invocation.execution_successful:
                code = f"exit code {invocation.exit_code}" if invocation.exit_code is not None else "no exit code"
                why = invocation.exit_code_description or invocation.exit_signal_name or ""
                said = cleaned(f"{self._tool} says that it did not run successfully ({code}). {why}", 600)
                self._leave("service", self._tool, "tool_failed", said)
            told = [
                *(invocation.tool_execution_notifications or ()),
                *(invocation.tool_configuration_notifications or ()),
            ]
            grave = [note for note in told if (note.level or "warning") in ("error", "warning")]
            for note in grave[:_MAX_NOTES]:
                self._note(note)
            if len(grave) > _MAX_NOTES:
                self._leave("service", self._tool, "tool_notes_cut", f"{len(grave) - _MAX_NOTES} more notifications.")
        if self._run.results is None:
            self._leave(
                "service", self._tool, "no_results", f"{self._tool} gives no results: it was not asked for any."
            )

    def _note(self, note: Notification) -> None:
        said = cleaned((note.message and note.message.text) or (note.descriptor and note.descriptor.id) or "", 600)
        physical = next((one.physical_location for one in note.locations or () if one.physical_location), None)
        reason = f"tool_{note.level or 'warning'}"
        if physical is None:
            return self._leave("service", self._tool, reason, said)
        placed = self._placed(physical.artifact_location)
        if isinstance(placed, Placed):
            return self._leave("file", placed.file, reason, said, placed.service)
        return self._leave("file", placed.path or self._tool, reason, said)

    def _leave(self, kind: str, subject: str, reason: str, why: str, service: str | None = None) -> None:
        own = why if reason in _EACH else ""  # what says something of its own is not counted together
        key = (service or self._service, kind, cleaned(subject, 500), reason, own)
        self._left_out.setdefault(key, [0, cleaned(why, 1_000)])[0] += 1

    def _refuse(self, raw: Any, reason: str) -> None:
        text = cleaned(bytes(memoryview(raw)[:8_000]).decode("utf-8", "replace"), 2_000)
        why = cleaned(f"The result is malformed: {reason}.", 300)
        self._others.append(Quarantined(self._service, Match.TABLE, why, text, self._source))
