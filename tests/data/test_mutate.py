"""A changed demo system still is a system: it starts, its QA passes, its truth fits, the change does what it says."""

from __future__ import annotations

import ast

import pytest
import yaml
from tree_sitter_language_pack import get_parser

from tests.data.attacks import ATTACKS, Attacker
from tests.data.changes import BAITS, FLAWS, RELEASES, baits, flaws
from tests.data.mutate import Mutant, copy_release


def sinks(mutant: Mutant) -> list[tuple[str, ...]]:
    """Return the text of every line that the truth of a copy points at."""
    found = []
    for row in mutant.truth():
        if row["line"]:
            source = mutant.folder / "services" / row["service"] / row["file"]
            found.append((row["cwe"], source.read_text().splitlines()[int(row["line"]) - 1].strip()))
    return found


def parses(mutant: Mutant) -> bool:
    files = list(mutant.folder.glob("services/**/*.py"))
    for file in files:
        ast.parse(file.read_text())
    forms = [file.read_bytes() for file in mutant.folder.glob("services/**/*.clj")]
    whole = all(not get_parser("clojure").parse(text).root_node.has_error for text in forms)
    return len(files) > 30 and len(forms) > 5 and whole


@pytest.mark.parametrize("release", RELEASES)
def test_a_copy_is_the_release_with_its_own_truth(release, tmp_path):
    mutant = copy_release(release, tmp_path)
    assert {row["release"] for row in mutant.truth()} == {release}
    assert (mutant.folder / yaml.safe_load((mutant.folder / "leadline.yaml").read_text())["truth"]).is_file()


@pytest.mark.parametrize("release", RELEASES)
def test_everything_renamed_and_shifted_is_the_same_system(release, tmp_path, start, run_qa):
    mutant = copy_release(release, tmp_path)
    before = sinks(mutant)
    mutant.shift_lines().rename_route("/search", "/find").rename_route("/export", "/lists/download")
    mutant.rename_route("/quote", "/offer").rename_route("/sheet", "/paper")
    named = {
        "gateway": "front",
        "catalog": "stock",
        "orders": "sales",
        "legacy-admin": "partners",
        "pricing": "tariffs",
    }
    for old, new in named.items():
        mutant.rename_service(old, new)
    assert sinks(mutant) == before
    services = {*named.values(), "notifier"}
    assert {row["service"] for row in mutant.truth() if row["coverage"] == "now"} == services - {"notifier"}
    manifest = yaml.safe_load((mutant.folder / "leadline.yaml").read_text())
    assert set(manifest["services"]) == services
    assert manifest["identities"]["alice"]["login"]["service"] == "front"
    assert list(manifest["identities"]["alice"]["owns"]) == ["sales /orders/{id}"]
    assert "/find" in yaml.safe_load((mutant.folder / "openapi" / "gateway.yaml").read_text())["paths"]
    with start(mutant.folder) as staging:
        run_qa(mutant.folder, staging)
        attacker = Attacker(staging_by_old_names(staging, mutant))
        assert "<i>" in attacker.get("gateway", "/find", q="<i>").text
        assert attacker.get("gateway", "/search", q="<i>").status_code == 404
        assert "id,name" in attacker.get("catalog", "/lists/download", name="partners.csv").text
        if not staging.not_started:
            assert attacker.get("gateway", "/offer", item="mug").json()["total"] == 900
            assert "item;cents" in attacker.get("pricing", "/paper", name="spring.csv").text


def can_be_tried(name, staging):
    """Whether there is an attack on a flaw or bait, and its service can run on this machine."""
    change = FLAWS.get(name) or BAITS[name]
    return name in ATTACKS and change.service not in staging.not_started


def staging_by_old_names(staging, mutant):
    """Let the attacker find services under the names of the demo."""
    for old, new in mutant.services.items():
        if new not in staging.urls:
            continue  # not deployed
        staging.urls[old], staging.logs[old] = staging.urls[new], staging.logs[new]
    return staging


def test_lines_really_shift(tmp_path):
    mutant = copy_release("4.6.0", tmp_path)
    before = [row["line"] for row in mutant.truth()]
    mutant.shift_lines(5)
    after = [row["line"] for row in mutant.truth()]
    moved = [(int(b), int(a)) for b, a in zip(before, after, strict=True) if b]
    assert moved and all(after - before >= 5 for before, after in moved)
    assert parses(mutant)


@pytest.mark.parametrize("name", [*FLAWS, *BAITS])
def test_the_truth_points_at_the_same_lines_after_a_change(name, tmp_path):
    """What stands below an edit moves with it; only the lines that the edit itself rewrote may read otherwise."""
    change = FLAWS.get(name) or BAITS[name]
    mutant = copy_release(change.releases[-1], tmp_path)
    before = sinks(mutant)
    mutant.mend(name) if name in FLAWS else mutant.plant(name)
    rewritten = [sink for sink in before if any(edit.old in sink[1] or sink[1] in edit.old for edit in change.edits)]
    assert len(set(before) - set(sinks(mutant))) <= len(set(rewritten))


@pytest.mark.parametrize("release", RELEASES)
def test_with_every_flaw_mended_no_attack_succeeds(release, tmp_path, start, run_qa):
    mutant = copy_release(release, tmp_path)
    for name in flaws(release):
        mutant.mend(name)
    assert not [row for row in mutant.truth() if row["real"] == "real" and row["coverage"] == "now"]
    with start(mutant.folder) as staging:
        run_qa(mutant.folder, staging)
        attacker = Attacker(staging)
        tried = [name for name in (*flaws(release), *baits(release)) if can_be_tried(name, staging)]
        assert {name: ATTACKS[name](attacker) for name in tried} == dict.fromkeys(tried, False)


@pytest.mark.parametrize("release", RELEASES)
def test_with_every_bait_swapped_every_attack_succeeds(release, tmp_path, start, run_qa):
    mutant = copy_release(release, tmp_path)
    for name in baits(release):
        mutant.plant(name)
    with start(mutant.folder) as staging:
        run_qa(mutant.folder, staging)
        attacker = Attacker(staging)
        tried = [name for name in (*flaws(release), *baits(release)) if can_be_tried(name, staging)]
        assert {name: ATTACKS[name](attacker) for name in tried} == dict.fromkeys(tried, True)


@pytest.mark.parametrize("name", [*FLAWS, *BAITS])
def test_one_change_alone_concerns_one_row_and_leaves_valid_source(name, tmp_path):
    change = FLAWS.get(name) or BAITS[name]
    mutant = copy_release(change.releases[-1], tmp_path)
    before = mutant.truth()
    mutant.shift_lines()
    shifted = mutant.truth()
    mutant.mend(name) if name in FLAWS else mutant.plant(name)
    differing = [now for was, now in zip(shifted, mutant.truth(), strict=True) if was["real"] != now["real"]]
    assert len(differing) == 1 and len(before) == len(shifted)
    assert differing[0]["real"] == ("bait" if name in FLAWS else "real")
    assert parses(mutant)


def test_what_cannot_be_changed_is_refused(tmp_path):
    mutant = copy_release("4.6.0", tmp_path)
    with pytest.raises(ValueError, match="names the route /nowhere"):
        mutant.rename_route("/nowhere", "/somewhere")
    mutant.mend("reflected term")
    with pytest.raises(ValueError, match="0 times, not once"):
        mutant.mend("reflected term")
