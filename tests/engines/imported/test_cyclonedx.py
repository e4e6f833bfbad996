"""Known vulnerabilities from CycloneDX, and what is refused."""

import json

import pytest

from engines.contract import Advisory, EngineError, Quarantined, Skip, Target
from engines.imported.cyclonedx import CycloneDxEngine

TARGET = Target("kiln-1", "*", "1", "build", "internet")


def document(**more):
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "metadata": {"component": {"type": "application", "bom-ref": "kiln", "name": "kiln"}},
        "components": [
            {"type": "application", "bom-ref": "walls", "name": "walls"},
            {"type": "application", "bom-ref": "bricks", "name": "bricks"},
            {"type": "library", "bom-ref": "lib", "name": "mortar", "version": "1.0", "purl": "pkg:pypi/mortar@1.0"},
        ],
        "dependencies": [
            {"ref": "kiln", "dependsOn": ["walls", "bricks"]},
            {"ref": "walls", "dependsOn": ["middle"]},
            {"ref": "middle", "dependsOn": ["lib", "walls"]},
        ],
        "vulnerabilities": [vulnerability()],
        **more,
    }


def vulnerability(**more):
    return {
        "id": "CVE-2000-0001",
        "ratings": [{"severity": "low"}, {"severity": "high"}],
        "cwes": [502],
        "description": "Falls apart.",
        "affects": [{"ref": "pkg:pypi/mortar@1.0", "versions": [{"version": "1.1", "status": "unaffected"}]}],
        **more,
    }


def observed(tmp_path, content):
    path = tmp_path / "advisories.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return list(CycloneDxEngine(path).run(TARGET, ()))


def test_an_advisory_names_package_versions_and_the_gravest_rating(tmp_path):
    found = document(dependencies=[])
    (advisory,) = observed(tmp_path, found)
    assert advisory == Advisory(
        "*", "mortar", "1.0", "CVE-2000-0001", "high", "CWE-502", "1.1", "Falls apart.", "advisories.json"
    )


def test_the_service_is_told_by_the_property_of_the_component(tmp_path):
    found = document()
    found["components"][2]["properties"] = [{"name": "leadline:service", "value": "bricks"}]
    found["vulnerabilities"][0]["affects"] = [{"ref": "lib"}]
    assert [a.service for a in observed(tmp_path, found)] == ["bricks"]


def test_else_by_the_application_that_depends_on_it_even_in_a_circle(tmp_path):
    found = document()
    found["vulnerabilities"][0]["affects"] = [{"ref": "lib"}]
    assert [a.service for a in observed(tmp_path, found)] == ["walls"]


def test_a_cleared_vulnerability_is_a_skip(tmp_path):
    cleared = vulnerability(analysis={"state": "not_affected", "detail": "never loaded"})
    (skip,) = observed(tmp_path, document(vulnerabilities=[cleared]))
    assert isinstance(skip, Skip) and (skip.subject, skip.explanation) == ("CVE-2000-0001", "never loaded")


@pytest.mark.parametrize(
    "broken", [{}, {"id": "X", "affects": 7}, vulnerability(cwes=["many"]), vulnerability(affects=[{"ref": "ghost"}])]
)
def test_a_malformed_entry_is_quarantined_and_the_others_land(tmp_path, broken):
    records = observed(tmp_path, document(vulnerabilities=[broken, vulnerability()], dependencies=[]))
    assert [type(r) for r in records] == [Quarantined, Advisory]
    assert records[0].table_name == "advisories" and records[0].reason.endswith(".")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<!DOCTYPE html><html>Sign in</html>", "is an HTML page"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"bomFormat": "SPDX"}', "has no `bomFormat: CycloneDX`"),
        ("[]", "has no `bomFormat: CycloneDX`"),
    ],
)
def test_another_file_is_one_sentence(tmp_path, content, said):
    with pytest.raises(EngineError, match=said):
        observed(tmp_path, content)


def test_secrets_of_a_refused_entry_do_not_land(tmp_path):
    broken = {"note": "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk"}
    (refused,) = observed(tmp_path, document(vulnerabilities=[broken]))
    assert "eyJhbGciOiJIUzI1NiJ9" not in refused.record
