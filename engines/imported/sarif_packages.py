"""Results that say a dependency has a known vulnerability, as Trivy, Grype, osv-scanner, dependency-check and Snyk do.

What tells them is the advisory that the rule is named after, not the tool: a scanner of packages also reports secrets
and settings. SARIF has no place for a package, so that each tool writes it elsewhere: as a package URL
(https://github.com/package-url/purl-spec), in labelled lines, or in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from engines.contract import Advisory
from engines.imported.reading import cleaned
from engines.imported.sarif_log import Result
from engines.imported.sarif_rules import RuleOfTool, severity_of

_MAX_TEXT = 20_000  # characters that are looked into
_PURL = re.compile(r"pkg:[a-z][a-z0-9.+\-]*/[^\s\"'`,;)\]]{1,300}", re.IGNORECASE)
_LABELLED = {
    "package": re.compile(r"(?im)^[*\s]*(?:package|pkgname|vulnerable module)\s*:\s*([^\s|]{1,200})"),
    "version": re.compile(r"(?im)^[*\s]*(?:installed version|version)\s*:\s*([^\s|]{1,100})"),
    "fixed": re.compile(r"(?im)^[*\s]*(?:fixed version|fix version|fixed in)\s*:\s*([^\s|,]{1,100})"),
}
_SENTENCES = (
    re.compile(r"package:? '(?P<package>[^'@\s]{1,200}|@[^'@\s]{1,200})@(?P<version>[^'\s]{1,100})'", re.IGNORECASE),
    re.compile(r"package: (?P<package>[^\s,]{1,200}), version (?P<version>[^\s,]{1,100})", re.IGNORECASE),
    re.compile(r"reports (?P<package>\S{1,200}) at version (?P<version>\S{1,100})", re.IGNORECASE),
    re.compile(r"vulnerable (?P<package>\S{1,200}) package", re.IGNORECASE),
)
_NAME_AT_VERSION = re.compile(r"(?P<package>@?[A-Za-z0-9][^@\s]{0,200})@(?P<version>[^@\s]{1,100})")


def advisory(result: Result, rule: RuleOfTool, service: str, file: str, tool: str) -> Advisory:
    """Return what a result says of a package.

    Args:
        service: that the file with the package belongs to.
        file: that names the package; it stands for the package where the report names none.
        tool: the source of the advisory.
    """
    texts = [text[:_MAX_TEXT] for text in _texts(result, rule)]
    package, version = _package(result, rule, texts)
    fixed = next((m[1] for text in texts if (m := _LABELLED["fixed"].search(text))), None)
    descriptor = rule.descriptor
    about = [descriptor.full_description, descriptor.short_description] if descriptor else []
    said = next((m.text for m in (*about, result.message) if m and m.text), rule.named)
    default = descriptor.default_configuration if descriptor else None
    level = result.level or (default.level if default else None)
    return Advisory(
        service=service,
        package=cleaned(package or file or "unknown", 200),
        version=cleaned(version, 100),
        advisory_id=cleaned(rule.advisory or rule.named, 100),
        severity=severity_of(rule.properties, level) or "medium",  # unrated is not harmless
        cwe=rule.cwes[0] if rule.cwes else None,
        fixed_version=cleaned(fixed, 100) if fixed else None,
        description=cleaned(said, 2_000),
        source=tool,
    )


def _package(result: Result, rule: RuleOfTool, texts: Iterable[str]) -> tuple[str, str]:
    named = list(_logical_names(result))
    for text in (*named, *_purls(rule.properties), *texts):
        if found := _PURL.search(text):
            return _read_purl(found[0])
    for text in named:
        if found := _NAME_AT_VERSION.fullmatch(text):
            return found["package"], found["version"]
    package = version = ""
    for text in texts:
        for sentence in _SENTENCES:
            if found := sentence.search(text):
                package, version = package or found["package"], version or found.groupdict().get("version", "")
        for name in ("package", "version"):
            if found := _LABELLED[name].search(text):
                package, version = (
                    (package or found[1], version) if name == "package" else (package, version or found[1])
                )
    return package, version


def _read_purl(purl: str) -> tuple[str, str]:
    """Return name and version of a package URL; the name with its namespace, as its ecosystem writes it."""
    kind, _, rest = purl[4:].partition("/")
    path, _, version = rest.partition("?")[0].partition("#")[0].rpartition("@")
    path, version = (path, version) if path else (version, "")
    joint = ":" if kind.lower() == "maven" else "/"
    return joint.join(unquote(part) for part in path.split("/") if part), unquote(version)


def _purls(properties: Mapping[str, Any]) -> Iterator[str]:
    for key, value in properties.items():
        if "purl" in key.lower():
            yield from (str(one) for one in (value if isinstance(value, list) else [value])[:20])


def _logical_names(result: Result) -> Iterator[str]:
    for location in result.locations or ():
        for logical in location.logical_locations or ():
            yield from (name for name in (logical.fully_qualified_name, logical.name) if name)


def _texts(result: Result, rule: RuleOfTool) -> Iterator[str]:
    yield bytes(memoryview(result.properties)).decode("utf-8", "replace")
    help_of = rule.descriptor.help if rule.descriptor else None
    for message in (result.message, help_of):
        yield from (text for text in (message and message.text, message and message.markdown) if text)
