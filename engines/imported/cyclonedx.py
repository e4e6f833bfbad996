"""Known vulnerabilities of dependencies from a CycloneDX file (https://cyclonedx.org/docs/1.6/json/)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engines.contract import Advisory, EngineError, Quarantined, Record, Rule, Skip, Target, Technique
from engines.imported.reading import read_text, shown
from engines.redact import bounded, printable

_WHAT = "a CycloneDX file in JSON"
_SEVERITIES = {"critical": "critical", "high": "high", "medium": "medium", "low": "low", "info": "note", "none": "note"}
_UNRATED = "medium"  # a vulnerability that nobody rated is not harmless
_CLEARED = ("resolved", "resolved_with_pedigree", "false_positive", "not_affected")  # what VEX says is no exposure
_MAX_DEPTH = 50

Json = Mapping[str, Any]


class CycloneDxEngine:
    """Yields an `Advisory` for each service and affected component; `Quarantined` for entries that make no sense."""

    name = "cyclonedx"
    version = "1"
    technique = Technique.IMPORTED

    def __init__(self, path: Path) -> None:
        self._path = path

    def run(self, target: Target, rules: Sequence[Rule]) -> Iterator[Record]:
        """Yield the advisories of the file; components that name no service count for the target's service."""
        document = self._load()
        components = _components(document)
        services = _services(document, components)
        for entry in _listed(document, "vulnerabilities"):
            try:
                yield from self._advisories(entry, components, services, target)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                reason = f"The vulnerability is malformed: {error}."[:300]
                yield Quarantined(target.service, Advisory.TABLE, reason, shown(entry), self._path.name)

    def _load(self) -> Json:
        text = read_text(self._path, _WHAT)
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise EngineError(f"{self._path.name} is no JSON: {_WHAT} was expected.") from error
        if not isinstance(document, dict) or document.get("bomFormat") != "CycloneDX":
            raise EngineError(f"{self._path.name} has no `bomFormat: CycloneDX`: {_WHAT} was expected.")
        return document

    def _advisories(
        self, entry: Json, components: Mapping[str, Json], services: Mapping[str, list[str]], target: Target
    ) -> Iterator[Record]:
        identifier = _text(entry["id"], 100)
        analysis = entry.get("analysis") or {}
        if analysis.get("state") in _CLEARED:
            why = _text(analysis.get("detail") or analysis["state"], 300)
            yield Skip(target.service, self.technique, "case", identifier, "not_affected", why)
            return
        for affected in entry.get("affects") or [{}]:
            reference = affected.get("ref", "")
            component = components.get(reference)
            if component is None:
                reason = f"{identifier} affects {reference or 'nothing'}, which is no component of the file."
                yield Quarantined(target.service, Advisory.TABLE, reason[:300], shown(entry), self._path.name)
                continue
            for service in services.get(reference) or [target.service]:
                yield Advisory(
                    service=service,
                    package=_text(component["name"], 200),
                    version=_text(component.get("version", ""), 100),
                    advisory_id=identifier,
                    severity=_severity(entry),
                    cwe=f"CWE-{int(entry['cwes'][0])}" if entry.get("cwes") else None,
                    fixed_version=_fixed(affected),
                    description=_text(entry.get("description") or entry.get("detail") or "", 2_000),
                    source=_text((entry.get("source") or {}).get("name") or self._path.name, 200),
                )


def _components(document: Json) -> dict[str, Json]:
    """Every component by its reference, and by its package URL, nested ones too."""
    found: dict[str, Json] = {}
    pending = [(component, 0) for component in _listed(document, "components")]
    main = (document.get("metadata") or {}).get("component")
    pending += [(main, 0)] if isinstance(main, dict) else []
    while pending:
        component, depth = pending.pop()
        for key in ("purl", "bom-ref"):
            if isinstance(component.get(key), str):
                found[component[key]] = component
        if depth < _MAX_DEPTH:
            pending += [(child, depth + 1) for child in _listed(component, "components")]
    return found


def _services(document: Json, components: Mapping[str, Json]) -> dict[str, list[str]]:
    """Which services hold a component: its property `leadline:service`, else the applications that depend on it."""
    main = ((document.get("metadata") or {}).get("component") or {}).get("bom-ref")
    needs = {d.get("ref"): d.get("dependsOn") or [] for d in _listed(document, "dependencies")}
    held: dict[str, set[str]] = defaultdict(set)
    for reference, component in components.items():
        named = [p.get("value") for p in _listed(component, "properties") if p.get("name") == "leadline:service"]
        if named:
            held[reference] = {str(value) for value in named if value}
    declared = set(held)
    for application, component in components.items():
        if component.get("type") == "application" and application != main:
            for reference in _reachable(application, needs) - declared:
                held[reference].add(str(component.get("name")))
    return {reference: sorted(names) for reference, names in held.items()}


def _reachable(start: str, needs: Mapping[Any, list[str]]) -> set[str]:
    seen: set[str] = set()
    pending = [start]
    while pending:
        for reference in needs.get(pending.pop(), ()):
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                pending.append(reference)
    return seen


def _severity(entry: Json) -> str:
    named = [str(rating.get("severity", "")).lower() for rating in _listed(entry, "ratings")]
    known = [_SEVERITIES[name] for name in named if name in _SEVERITIES]
    order = list(dict.fromkeys(_SEVERITIES.values()))
    return min(known, key=order.index) if known else _UNRATED


def _fixed(affected: Json) -> str | None:
    clear = [v.get("version") for v in _listed(affected, "versions") if v.get("status") == "unaffected"]
    return next((_text(version, 100) for version in clear if version), None)


def _listed(holder: Json, key: str) -> list[Json]:
    entries = holder.get(key)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _text(value: object, limit: int) -> str:
    return bounded(printable(str(value)), limit)
