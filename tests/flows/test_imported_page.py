"""What `leadline import` says on a terminal."""

import io

from rich.console import Console

from flows.imported_page import show

TRACES = {
    "file": "traces.json",
    "format": "Jaeger",
    "landed": False,
    "traces": 1,
    "spans": 1_200,
    "services": ["a", "b"],
    "endpoints": [
        {"service": "a", "method": "GET", "route": "/x"},
        {"service": "b", "method": "POST", "route": ""},
        {"service": "b", "method": "", "route": ""},
    ],
    "sinks": {"sql": 2, "http": 1},
    "quarantined": [{"reason": "no JSON", "count": 3, "source": "traces.json@7", "record": "x"}],
    "untold": [
        {"service": "*", "reason": "no_routes", "explanation": "No route."},
        {"service": "a", "reason": "no_code_locations", "explanation": "No location."},
        {"service": "b", "reason": "no_code_locations", "explanation": "No location."},
    ],
    "rows": {"requests": 1},
}
REPORT = {
    "file": "r.sarif",
    "format": "SARIF",
    "landed": False,
    "quarantined": [],
    "untold": [],
    "rows": {"matches": 1},
}


def shown(*files, **terminal) -> str:
    console = Console(file=io.StringIO(), width=200, **terminal)
    show(console, files)
    return console.file.getvalue()


def test_traces_are_told_with_what_was_refused_and_what_they_do_not_tell():
    assert shown(TRACES).splitlines() == [
        "traces.json: Jaeger",
        "  1 trace, 1,200 spans; call paths to sinks: 2 sql, 1 http",
        "  2 services: a, b",
        "  3 endpoints: GET /x of a, POST (no route) of b, (no route) of b",
        "  3 records refused, kept in quarantine when landed:",
        "    3 × no JSON (one is at traces.json@7)",
        "  What it does not tell:",
        "    No route.",
        "    a, b: No location.",
        "Nothing was landed: name the release by --manifest leadline.yaml.",
    ]


def test_reports_are_told_by_their_records():
    assert shown(REPORT, {**REPORT, "rows": {"skips": 1}}).splitlines()[:4] == [
        "r.sarif: SARIF", "  1 match", "r.sarif: SARIF", "  nothing that is kept"]  # fmt: skip


def test_services_that_the_manifest_does_not_name_are_told():
    said = shown({**TRACES, "landed": "complete", "not_in_manifest": ["b"]})
    assert "Not in the manifest: b; what they did meets no source." in said and "base_url" in said
    assert "Not in the manifest" not in shown({**TRACES, "landed": "complete"})
    assert "  0 services\n" in shown({**TRACES, "services": []})


def test_what_was_landed_is_told():
    files = [{**REPORT, "landed": "complete"}, {**REPORT, "landed": "kept", "rows": {}}]
    assert shown(*files).splitlines()[-1] == "Landed 1 of 2; 1 had landed before."


def test_colour_is_for_terminals_alone_and_names_cannot_write_on_them():
    file = {**REPORT, "file": "\x1b[2Jr"}
    assert "\x1b" not in shown(file)
    assert "\x1b[2J" not in shown(file, force_terminal=True)


def test_many_names_are_bounded():
    text = shown({**TRACES, "services": [f"s{number}" for number in range(100)]})
    assert "100 services: s0, " in text and "and 80 more (--json names all)" in text
