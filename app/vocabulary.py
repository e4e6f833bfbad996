"""One icon and one word for everything that has a state, the same on every page; style.css colours the class."""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """How a state reads: an icon, a word and a colour class."""

    icon: str
    word: str
    colour: str


NOT_ASSESSED = Mark("▨", "not assessed", "unassessed")

FIXED = Mark("✓", "fixed", "good")
CLEAN = Mark("✓", "clean", "good")

STATES = {
    "confirmed": Mark("⬤", "confirmed", "confirmed"),
    "likely": Mark("◕", "likely", "likely"),
    "reached": Mark("◑", "reached", "reached"),
    "reachable": Mark("◔", "reachable", "reachable"),
    "possible": Mark("○", "possible", "possible"),
    "unreached": Mark("◌", "unreached", "unreached"),
    "refuted": Mark("⊘", "refuted", "refuted"),
    "not_assessed": NOT_ASSESSED,
}

DECISIONS = {
    "ship": Mark("✓", "ship", "good"),
    "test_by_hand": Mark("☞", "test by hand first", "warn"),
    "block": Mark("✖", "block", "bad"),
    "could_not_assess": Mark("▨", "could not assess", "unassessed"),
}

OUTCOMES = {
    "block": Mark("✖", "Block", "bad"),
    "test_by_hand": Mark("☞", "A person must look", "warn"),
    "could_not_assess": Mark("▨", "Not assessed", "unassessed"),
    "override": Mark("!", "Overridden", "bad"),
    "note": Mark("·", "Noted, does not hold the release", "quiet"),
}

ENGINE_STATES = {
    "complete": Mark("✓", "complete", "good"),
    "failed": Mark("✗", "failed", "bad"),
    "skipped": Mark("▨", "not assessed: skipped", "unassessed"),
    "missing": Mark("▨", "not assessed: missing", "unassessed"),
}

COVERAGE = {
    "pass": Mark("✓", "covered", "good"),
    "fail": Mark("⬤", "flaw confirmed", "confirmed"),
    "not_applicable": Mark("–", "not applicable", "quiet"),
    "not_run": NOT_ASSESSED,
    "out_of_scope": Mark("▨", "out of scope", "unassessed"),
    "error": Mark("✗", "failed", "bad"),
}

NOT_EXPECTED = Mark("–", "not expected", "quiet")

MANUAL = {
    "open": Mark("☞", "open", "warn"),
    "passed": Mark("✓", "passed", "good"),
    "flaw_found": Mark("⬤", "flaw found", "confirmed"),
    "waived": Mark("–", "waived", "quiet"),
}

CHANGES = {
    "new": "+",
    "removed": "−",
    "renamed": "→",
    "moved": "↷",
    "handler_changed": "⇄",
    "changed": "~",
    "parameters_changed": "≈",
    "retyped": "≠",
    "became_required": "!",
    "became_optional": "?",
    "stepped": "↑",
}

GAPS = {
    "finding_without_traffic": "finding without traffic",
    "endpoint_without_traffic": "endpoint without traffic",
    "shadow_endpoint": "shadow endpoint",
    "documented_only": "documented only",
    "reached_by_dast_not_qa": "reached by DAST, not by QA",
    "reached_by_qa_not_dast": "reached by QA, not by DAST",
    "service_without_trace": "service without trace",
    "engine_failed": "engine failed",
    "files_skipped": "files skipped",
}

MAP_KINDS = {
    "outside": Mark("☉", "outside", "quiet"),
    "service": Mark("▣", "service", "quiet"),
    "datastore": Mark("⛁", "datastore", "quiet"),
    "queue": Mark("⇶", "queue", "quiet"),
    "third_party": Mark("☁", "third party", "quiet"),
}

MAP_STATES = {
    "traced": Mark("✓", "traced", "good"),
    "uninstrumented": Mark("▨", "called, sends no traces", "unassessed"),
    "not_seen": Mark("▨", "not seen", "unassessed"),
    "observed": Mark("✓", "observed", "good"),
    "declared": Mark("·", "declared, not seen", "quiet"),
    "possible": Mark("○", "named in the source, not seen", "possible"),
    "gone": Mark("−", "not seen any more", "quiet"),
}

MAP_LINKS = {
    "observed": "observed",
    "declared": "declared, not seen",
    "possible": "possible by the source",
    "gone": "seen in the previous release alone",
}

REACHED = {
    "reached": Mark("✓", "reached", "good"),
    "unreached": Mark("◌", "not reached", "unreached"),
    "unknown": Mark("▨", "unknown", "unassessed"),
}

LIMITS = {
    "not_deployed": "not deployed on staging",
    "not_traced": "no trace of the service arrived",
    "no_traffic": "sent no traffic",
    "not_in_recording": "the recording does not hold the service",
    "sampled": "sampled: what was not seen may have run",
    "spans_lost": "spans were lost: what was not seen may have run",
    "no_code_locations": "spans name no code",
    "names_do_not_match": "names of spans do not match the source",
}

UNMATCHED = {
    "no_inventory": "the service has no inventory",
    "no_location": "the span names no file",
    "unknown_file": "the file is not in the inventory",
    "unknown_line": "no function stands at that line",
}

ARRIVALS = {
    "same_request": "with this request",
    "earlier_request": "kept from an earlier request",
    "queue": "through a queue",
    "unknown": "of an unknown request",
}

EXERCISERS = {"qa": "QA", "dast": "DAST", "fuzz": "fuzz", "import": "import"}


def mark(marks: dict[str, Mark], key: str | None) -> Mark:
    """Return the mark of a state; a state that nobody named here reads as itself."""
    return marks.get(key or "", Mark("?", (key or "unknown").replace("_", " "), "quiet"))


def words(key: object) -> str:
    """Return a code such as `new_endpoint` as words."""
    if key in EXERCISERS:
        return EXERCISERS[str(key)]
    return str(key or "").replace("_", " ")


def people(exercisers: list[str] | None) -> str:
    """Return who sent the traffic, as text."""
    return ", ".join(EXERCISERS.get(name, name) for name in exercisers or [])
