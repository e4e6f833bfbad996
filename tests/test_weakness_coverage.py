"""docs/weakness-coverage.md is true: the rules it names exist, and all that there is stands in it."""

import re
from pathlib import Path

import pytest
import yaml

from engines.rules.loader import load_rules

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "weakness-coverage.md").read_text(encoding="utf-8")
RULES = {rule.id: rule for rule in load_rules()}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and "CWE-" in line
]


def rules_of(row):
    return re.findall(r"`([a-z0-9-]+\.[a-z0-9-]+)`", row[3])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_rules_of_its_cwe_or_says_why_there_is_none(row):
    assert len(row) == 4 and re.fullmatch(r"CWE-\d+", row[2])
    assert {RULES[rule_id].cwe for rule_id in rules_of(row)} <= {row[2]}
    assert rules_of(row) or len(row[3]) > 30


def test_every_bundled_rule_is_named_once():
    named = [rule_id for row in ROWS for rule_id in rules_of(row)]
    assert sorted(named) == sorted(RULES)


def test_every_class_of_weakness_has_a_row():
    classes = yaml.safe_load((ROOT / "engines" / "rules" / "weaknesses.yaml").read_text(encoding="utf-8"))
    covered = {row[2] for row in ROWS}
    assert [name for name, cwes in classes.items() if not covered & {f"CWE-{number}" for number in cwes}] == []


def test_the_top_ten_are_all_there():
    assert re.findall(r"^## (A\d\d) ", TEXT, re.MULTILINE) == [f"A{number:02}" for number in range(1, 11)]
