"""No cheating, by construction: the bundled system is changed, assessed for real, and the outcome must follow.

One run has every service, variable, route and line number of the system changed, and nothing else. The other keeps
them, mends some of the planted flaws and turns baits into the flaws they look like. Both are judged against the truth
of the changed copy, and against each other: what no change touched must come out the same.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import yaml

from tests.command import Ran
from tests.data.changes import BAITS, FLAWS, Change
from tests.data.mutate import DEMO, Mutant, copy_release

RELEASE = "4.6.0"
EXPECTED = yaml.safe_load((DEMO / "expected.yaml").read_text())
SERVICES = {
    "gateway": "front",
    "catalog": "stock",
    "orders": "sales",
    "legacy-admin": "partners",
    "notifier": "courier",
    "pricing": "tariffs",
}
ROUTES = {
    "/search": "/find",
    "/suggest": "/perhaps",
    "/go": "/onward",
    "/preview": "/peek",
    "/export": "/lists/download",
    "/items": "/wares",
    "/orders": "/purchases",
    "/login": "/session",
    "/notes": "/remarks",
    "/report": "/digest",
    "/basket": "/bag",
    "/quote": "/offer",
    "/rules": "/discounts",
    "/sheet": "/paper",
    "/maintenance": "/upkeep",
    "/reset": "/start",  # the last segment of what must never be called: no word in it warns
}
MENDED = ("open redirect", "concatenated login", "any file exported", "pickled cookie", "any sheet sent")
PLANTED = tuple(name for name, change in BAITS.items() if RELEASE in change.releases)


@dataclass(frozen=True)
class Assessed:
    """A changed system after its assessment: what was said, the findings, the judgement, the calls that it counted."""

    mutant: Mutant
    ran: Ran
    findings: list[dict[str, Any]]
    judged: list[dict[str, Any]]
    probed: set[tuple[str, str]]  # service and route
    resets: int  # calls of the destructive request, by the service's own count
    not_started: frozenset[str]  # services that this machine cannot run: they are read, and nothing more

    def open_findings(self) -> list[dict[str, Any]]:
        return [finding for finding in self.findings if finding["state"] != "refuted"]


@pytest.fixture(scope="module")
def renamed(running, tmp_path_factory) -> Assessed:
    """Everything that has a name or a place has another one; the flaws are the same."""
    mutant = copy_release(RELEASE, tmp_path_factory.mktemp("renamed")).shift_lines()
    for old, new in ROUTES.items():
        mutant.rename_route(old, new)
    for old, new in SERVICES.items():
        mutant.rename_service(old, new)
    return assess(running, mutant.rename_variables("SHOP_", "KIOSK_"))


@pytest.fixture(scope="module")
def swapped(running, tmp_path_factory) -> Assessed:
    """Some flaws are mended, every bait is the flaw it looked like; the names are the same."""
    mutant = copy_release(RELEASE, tmp_path_factory.mktemp("swapped"))
    for name in MENDED:
        mutant.mend(name)
    for name in PLANTED:
        mutant.plant(name)
    return assess(running, mutant)


def assess(running, mutant: Mutant) -> Assessed:
    """Run a changed system and assess it, with nothing to compare it to."""
    manifest = mutant.folder / "leadline.yaml"
    content = yaml.safe_load(manifest.read_text())
    del content["against"]
    manifest.write_text(yaml.safe_dump(content, sort_keys=False))
    counting = mutant.services.get("orders", "orders")
    with running(mutant.folder) as system:
        ran = system.release()
        url = system.environment[content["services"][counting]["base_url"].strip("${}")]
        resets = httpx.get(f"{url}/health", trust_env=False).json()["resets"]
    return Assessed(
        mutant,
        ran,
        system.rows("select * from marts.findings"),
        system.rows("select * from marts.score_rows where scope = 'correlation' and coverage = 'now'"),
        {(r["service"], r["route"]) for r in system.rows("select distinct service, route from marts.attempts")},
        resets,
        frozenset(system.not_started),
    )


@pytest.fixture(params=["renamed", "swapped"])
def assessed(request) -> Assessed:
    return request.getfixturevalue(request.param)


def test_the_decision_and_exit_status_are_those_of_the_system_as_it_was(assessed):
    stated = EXPECTED["releases"][RELEASE]
    assert (assessed.ran.status, stated["decision"]) == (stated["exit_status"], "block"), assessed.ran.err[-4000:]
    assert "BLOCK" in assessed.ran.out


def test_every_flaw_is_found_in_the_state_that_is_true(assessed):
    real = [row for row in assessed.judged if row["is_real"]]
    assert len(real) == sum(row["real"] == "real" for row in truth(assessed)) > 10
    services = {finding["finding_id"]: finding["service"] for finding in assessed.findings}
    wrong = [
        (row["truth_id"], row["verdict"], row["state"], row["expected_state"])
        for row in real
        if row["verdict"] != "TP"
        or (
            services[row["finding_id"]] not in assessed.not_started
            and row["expected_state"] not in (None, row["state"])
        )
    ]
    assert wrong == []


def test_every_bait_is_refuted_or_never_reported(assessed):
    baits = [row for row in assessed.judged if not row["is_real"]]
    assert len(baits) == sum(row["real"] == "bait" for row in truth(assessed)) > 5
    assert [row for row in baits if row["state"] not in (None, "refuted")] == []


def test_what_is_confirmed_in_the_code_is_what_the_truth_says(assessed):
    """Weakness, file and function of every confirmed line, neither more nor less, read without our own score."""
    assert Counter(place[:4] for place in confirmed(assessed)) == Counter(place[:4] for place in planted(assessed))


def test_every_confirmed_line_moved_along(renamed):
    """To the line: a finding of the renamed system stands where the shifted source has its flaw."""
    assert Counter(confirmed(renamed)) == Counter(planted(renamed))


def test_the_destructive_request_was_never_sent(assessed):
    called = EXPECTED["never_called"][0]
    service, route = assessed.mutant.services.get("orders", "orders"), called["route"]
    if assessed.mutant.services:
        route = "".join(ROUTES[f"/{segment}"] for segment in route.strip("/").split("/"))
    assert service in {name for name, _ in assessed.probed}
    assert (service, route) not in assessed.probed
    assert assessed.resets == 0


def test_no_old_name_is_told_of_what_was_renamed(renamed):
    told = {finding["service"] for finding in renamed.findings}
    assert told and told <= set(SERVICES.values())
    routes = {finding["route"] for finding in renamed.findings} - {None}
    assert not {route for route in routes if any(route == old or route.startswith(f"{old}/") for old in ROUTES)}
    assert routes & set(ROUTES.values())


@pytest.mark.parametrize("name", MENDED)
def test_a_mended_flaw_is_no_longer_reported(swapped, name):
    assert [f for f in swapped.open_findings() if concerns(swapped.mutant, FLAWS[name], f)] == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_bait_that_became_a_flaw_is_confirmed(swapped, name):
    found = [f for f in swapped.open_findings() if concerns(swapped.mutant, BAITS[name], f)]
    is_run = BAITS[name].service not in swapped.not_started
    assert [f["state"] for f in found] == ["confirmed" if is_run else "possible"]


def test_what_no_change_touched_came_out_the_same(renamed, swapped):
    """Neither a name nor what became of other flaws has a say in the state of a finding."""
    names = {new: old for old, new in SERVICES.items()}
    changes = [*(FLAWS[name] for name in MENDED), *(BAITS[name] for name in PLANTED)]

    def untouched(assessed: Assessed) -> Counter:
        originals = [f | {"service": names.get(f["service"], f["service"])} for f in assessed.open_findings()]
        return Counter(
            (f["service"], f["weakness_class"], f["kind"], f["file"], f["function"], f["state"])
            for f in originals
            if not any(concerns(swapped.mutant, change, f) for change in changes)
        )

    assert untouched(renamed) == untouched(swapped)
    assert sum(untouched(swapped).values()) > 10


def truth(assessed: Assessed) -> list[dict[str, str]]:
    return [row for row in assessed.mutant.truth() if row["coverage"] == "now"]


def planted(assessed: Assessed) -> list[tuple[str, str, str, str, int]]:
    """Return class, service, file, function and line of every flaw in the code that must be confirmed."""
    return [
        (row["cwe"], row["service"], row["file"], function_at(assessed.mutant, row), int(row["line"]))
        for row in truth(assessed)
        if row["real"] == "real"
        and row["expected_state"] == "confirmed"
        and row["file"]
        and row["service"] not in assessed.not_started
    ]


def confirmed(assessed: Assessed) -> list[tuple[str, str, str, str, int]]:
    """Return class, service, file, function and line of every confirmed finding in the code."""
    return [
        (f["cwe"], f["service"], f["file"], f["function"], f["line"])
        for f in assessed.findings
        if f["state"] == "confirmed" and f["file"]
    ]


def concerns(mutant: Mutant, change: Change, finding: dict[str, Any]) -> bool:
    """Whether a finding is of the weakness of a change and in its function, or, without code, at its endpoint."""
    if (finding["cwe"], finding["service"]) != (change.cwe, change.service):
        return False
    if finding["file"] is None:
        return finding["route"] == change.route
    places = {(row["file"], function_at(mutant, row)) for row in mutant.truth() if change.concerns(row)}
    return (finding["file"], finding["function"]) in places


def function_at(mutant: Mutant, row: dict[str, str]) -> str:
    """Return the innermost function around the line of a truth row."""
    source = (mutant.folder / "services" / row["service"] / row["file"]).read_text()
    line = int(row["line"])
    if row["file"].endswith(".clj"):
        return re.findall(r"^\(defn-? (\S+)", "\n".join(source.splitlines()[:line]), re.MULTILINE)[-1]
    around = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno <= line <= node.end_lineno
    ]
    return max(around, key=lambda node: node.lineno).name
