"""Each case is written as the tool named beside it writes its results; names and numbers are invented."""

import msgspec
import pytest

from engines.imported.sarif_log import Descriptor, Result
from engines.imported.sarif_packages import advisory
from engines.imported.sarif_rules import RuleOfTool

TRIVY = (
    {
        "id": "CVE-2031-1234",
        "properties": {"security-severity": "9.1", "tags": ["vulnerability", "security", "CRITICAL"]},
    },
    {
        "message": {
            "text": "Package: libfoo\nInstalled Version: 1.2-r0\nVulnerability CVE-2031-1234\nSeverity: CRITICAL\n"
            "Fixed Version: 1.2-r3\nLink: [CVE-2031-1234](https://example.org)"
        }
    },
)
GRYPE = (
    {
        "id": "GHSA-aaaa-bbbb-cccc-left-pad",
        "properties": {"security-severity": "5.5"},
        "help": {"text": "Severity: medium\nPackage: left-pad\nVersion: 1.0.0\nFix Version: 1.0.1\nType: npm"},
    },
    {
        "message": {
            "text": "A medium vulnerability in npm package: left-pad, version 1.0.0 was found at: /package-lock.json"
        }
    },
)
OSV = (
    {"id": "CVE-2031-77", "properties": {}},
    {
        "level": "error",
        "message": {"text": "Package '@scope/pad@2.0.0' is vulnerable to 'CVE-2031-77' (also known as 'GHSA-x')."},
    },
)
DEPENDENCY_CHECK = (
    {"id": "CVE-2031-0001", "properties": {"security-severity": "7.5"}},
    {
        "message": {"text": "bar.jar"},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": "pkg:maven/org.foo/bar@3.1?type=jar"}]}],
    },
)
SNYK = (
    {
        "id": "SNYK-JS-LODASH-12345",
        "shortDescription": {"text": "High severity - Prototype Pollution vulnerability in lodash"},
        "properties": {"tags": ["security", "CWE-1321", "npm"], "security-severity": "7.4"},
    },
    {
        "message": {"text": "This file introduces a vulnerable lodash package with a high severity vulnerability."},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": "lodash@4.17.15"}]}],
    },
)
PROPERTIES = (
    {"id": "RUSTSEC-2031-0002", "properties": {"purls": ["pkg:cargo/tiny@0.3.1"]}},
    {"level": "note", "message": {"text": "tiny"}},
)


def read(rule, result):
    described = msgspec.convert(rule, Descriptor)
    result = msgspec.convert(result, Result)
    result.properties = msgspec.Raw(b"{}")
    return advisory(result, RuleOfTool(f"t/{described.id}", described.id, described, ()), "orders", "go.sum", "T")


@pytest.mark.parametrize(
    ("written", "package", "version", "identifier", "severity", "fixed"),
    [
        (TRIVY, "libfoo", "1.2-r0", "CVE-2031-1234", "critical", "1.2-r3"),
        (GRYPE, "left-pad", "1.0.0", "GHSA-aaaa-bbbb-cccc", "medium", "1.0.1"),
        (DEPENDENCY_CHECK, "org.foo:bar", "3.1", "CVE-2031-0001", "high", None),
        (SNYK, "lodash", "4.17.15", "SNYK-JS-LODASH-12345", "high", None),
        (PROPERTIES, "tiny", "0.3.1", "RUSTSEC-2031-0002", "low", None),
    ],
    ids=["trivy", "grype", "dependency-check", "snyk", "purl"],
)
def test_what_a_tool_of_packages_says_becomes_a_known_vulnerability(
    written, package, version, identifier, severity, fixed
):
    found = read(*written)
    assert (found.package, found.version, found.advisory_id) == (package, version, identifier)
    assert (found.severity, found.fixed_version, found.service, found.source) == (severity, fixed, "orders", "T")


def test_a_scoped_package_keeps_its_scope():
    rule = {"id": "CVE-2031-7777"}
    found = read(rule, OSV[1])
    assert (found.package, found.version, found.severity) == ("@scope/pad", "2.0.0", "high")


def test_where_no_package_is_named_the_file_stands_for_it():
    found = read({"id": "CVE-2031-7777"}, {"message": {"text": "a dependency is vulnerable"}})
    assert (found.package, found.version, found.severity) == ("go.sum", "", "medium")


@pytest.mark.parametrize(
    "named", ["CVE-2031-1234", "ghsa-aaaa-bbbb-cccc", "GO-2031-0042", "PYSEC-2031-1", "RHSA-2031:0042"]
)
def test_an_advisory_is_known_by_its_number(named):
    assert RuleOfTool("", named, None, ()).advisory == named


@pytest.mark.parametrize(
    "named", ["py/sql-injection", "AVD-DS-0002", "B608", "aws-access-key-id", "DS002", "no-CVE-here"]
)
def test_a_rule_about_code_is_none(named):
    assert RuleOfTool("", named, None, ()).advisory is None is None
