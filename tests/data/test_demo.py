"""The demo system is what its truth says: every flaw can be used, no bait can, and nothing harmful is ever called."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import httpx
import pytest
import yaml

from tests.data.attacks import ATTACKS, Attacker
from tests.data.changes import BAITS, FLAWS, RELEASES, baits, flaws
from tests.data.mutate import DEMO, read_truth

TRUTH = read_truth(DEMO / "truth.csv")
EXPECTED = yaml.safe_load((DEMO / "expected.yaml").read_text())["releases"]

SINKS = {
    "CWE-89": r"\.execute\(|\(jdbc/query ",
    "CWE-79": r"make_response\(|<h1>|\[:h1 ",
    "CWE-601": r"\bredirect\(",
    "CWE-918": r"\b(httpx|requests)\.get\(",
    "CWE-22": r"\bopen\(|\bslurp\b",
    "CWE-502": r"\bpickle\.loads\(",
    "CWE-78": r"\bsubprocess\.run\(",
    "CWE-95": r"\beval\(|\bread-string\b",
    "CWE-755": r"\bint\(",
    "CWE-916": r"\bpbkdf2_hmac\(",
}


@pytest.fixture(scope="module", params=RELEASES)
def shop(request, start):
    """A running release."""
    folder = DEMO / request.param
    with start(folder) as staging:
        yield SimpleNamespace(name=request.param, folder=folder, staging=staging, attacker=Attacker(staging))


def tried_of(shop, changes, names):
    """Return those that can be tried: there is an attack, and their service runs on this machine."""
    return [name for name in names if name in ATTACKS and changes[name].service in shop.staging.urls]


def pricing_alone(shop, number):
    """How many of this number are left where the service that needs Java cannot run."""
    return 0 if shop.staging.not_started else number


def test_every_service_runs(shop):
    """Without Java and its libraries one is left out: its part is then neither proved nor disproved here."""
    if shop.staging.not_started:
        pytest.skip(" ".join(shop.staging.not_started.values()))
    assert len(shop.staging.urls) == 5


def test_qa_passes_and_leaves_its_verdict(shop, run_qa):
    suite = ElementTree.parse(run_qa(shop.folder, shop.staging)).getroot().find("testsuite")
    assert int(suite.get("tests")) > 20
    assert suite.get("failures") == suite.get("errors") == "0"


def test_qa_never_destroys_anything_and_has_its_hole(shop, run_qa):
    before = shop.attacker.log("catalog")
    run_qa(shop.folder, shop.staging)
    assert httpx.get(shop.staging.urls["orders"] + "/health", trust_env=False).json()["resets"] == 0
    recorded = shop.attacker.log("catalog").removeprefix(before)
    assert "GET /items" in recorded and "GET /export" not in recorded


def test_every_planted_flaw_can_be_used(shop):
    tried = tried_of(shop, FLAWS, flaws(shop.name))
    assert len(tried) == 11 + pricing_alone(shop, 3)
    assert {name: ATTACKS[name](shop.attacker) for name in tried} == dict.fromkeys(tried, True)


def test_no_bait_can_be_used(shop):
    tried = tried_of(shop, BAITS, baits(shop.name))
    assert len(tried) == 8 + pricing_alone(shop, 4)
    assert {name: ATTACKS[name](shop.attacker) for name in tried} == dict.fromkeys(tried, False)


def test_what_was_fixed_is_fixed(shop):
    assert ATTACKS["concatenated maker"](shop.attacker) is (shop.name == "4.5.1")


def test_every_declared_service_answers_with_its_version(shop):
    manifest = yaml.safe_load((shop.folder / "leadline.yaml").read_text())
    system = yaml.safe_load((shop.folder / "system.yaml").read_text())["services"]
    deployed = {name for name, service in manifest["services"].items() if "base_url" in service}
    assert deployed == set(system) == set(shop.staging.urls) | set(shop.staging.not_started)
    for name in shop.staging.urls:
        answer = httpx.get(shop.staging.urls[name] + "/health", trust_env=False).json()
        assert answer["version"] == manifest["services"][name]["version"] == system[name]["version"]


def test_a_malformed_request_does_not_take_others_down(shop):
    attacker = shop.attacker
    assert ATTACKS["bad escape"](attacker)
    assert attacker.get("gateway", "/health").is_success


@pytest.mark.parametrize(
    "row", TRUTH, ids=lambda row: "-".join((row["release"], row["service"], row["cwe"], row["line"]))
)
def test_the_truth_points_at_the_line(row):
    assert row["release"] in RELEASES and row["real"] in {"real", "bait"} and row["coverage"] in {"now", "later"}
    if not row["file"]:
        assert not row["line"]
        return
    source = DEMO / row["release"] / "services" / row["service"] / row["file"]
    line = source.read_text().splitlines()[int(row["line"]) - 1]
    assert re.search(SINKS[row["cwe"]], line), line


@pytest.mark.parametrize("change", [*FLAWS.values(), *BAITS.values()], ids=[*FLAWS, *BAITS])
def test_every_flaw_and_bait_is_in_the_truth_of_its_releases(change):
    is_real = change in FLAWS.values()
    found = {row["release"] for row in TRUTH if change.concerns(row) and (row["real"] == "real") is is_real}
    assert set(change.releases) <= found


def test_expected_triggers_name_what_exists():
    for release, expected in EXPECTED.items():
        services = yaml.safe_load((DEMO / release / "leadline.yaml").read_text())["services"]
        for entry in (*expected["triggers"], *expected["consequences"], *expected.get("must_not_fire", ())):
            assert entry.get("service", "gateway") in {*services, "*"}
        for row in TRUTH:
            if row["release"] == release and row["expected_trigger"]:
                assert row["expected_trigger"] in {entry["trigger"] for entry in expected["triggers"]}


def test_every_service_and_library_of_the_advisories_is_in_the_source():
    for release in RELEASES:
        requirements = (DEMO / release / "services" / "catalog" / "requirements.txt").read_text().splitlines()
        assert "PyYAML==5.3.1" in requirements


def test_no_source_gives_a_flaw_away():
    telling = re.compile(
        r"vulnerab|inject|unsafe|insecure|attack|exploit|CWE|XSS|SSRF|travers|flaw|bait|nosec|nosemgrep", re.I
    )
    for path in sorted([*DEMO.glob("*/services/**/*.py"), *DEMO.glob("*/services/**/*.clj")]):
        assert not telling.search(path.read_text()), path
