"""SARIF of an assessed release, from the published marts: findings by risk, with the paths that lead to them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.decision import read_decision, select
from flows.sarif.document import Described, Place, Reported, Step, document, gravest
from flows.warehouse import reading

Row = Mapping[str, Any]
MANIFEST = "leadline.yaml"  # stands for what has no file: a dependency, an endpoint of which no source is known
_UNCLASSIFIED = "unclassified"


def release_document(published: Path, release_id: str, folders: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the SARIF log of a release: what is open, and what people dismissed as suppressed.

    Args:
        published: the published file.
        release_id: of the release.
        folders: service → folder of its source from the root of the checkout, for paths that GitHub finds; without
            one, a service's own name stands before its paths wherever there are several.

    Raises:
        NoDecision: nothing is published, or not this release.
    """
    decision = read_decision(published, release_id)
    with reading(published) as connection:

        def rows(sql: str) -> list[dict[str, Any]]:
            return select(connection, sql, release_id)

        findings = rows(
            """select * from marts.findings where release_id = ? and tracking <> 'fixed'
            order by triage in ('false_positive', 'accepted'), risk_score desc, finding_id"""
        )
        places = _Places(rows("select service from marts.services where release_id = ?"), folders)
        endpoints = rows("select * from marts.endpoints where release_id = ? and file is not null")
        handlers = {(e["service"], f"{e['method']} {e['route']}"): e for e in endpoints}
        paths = _grouped(
            rows("select * from marts.lead_paths where release_id = ? order by path_number, hop"), "path_number"
        )
        steps = _grouped(
            rows("select * from marts.match_steps where release_id = ? order by engine, evidence_id, flow, step"),
            "evidence_id",
            "flow",
        )
        known = {rule["rule_id"]: rule for rule in select(connection, "select * from marts.rules")}
        failed = rows(
            """select service, engine, status, coalesce(reason, 'no reason given') as reason from marts.engine_status
            where release_id = ? and is_expected and status in ('failed', 'missing') order by service, engine"""
        )
        (release,) = rows("select system, release_name from marts.releases where release_id = ?")
        reader = _Reader(places, handlers, paths, steps)
        return document(
            [reader.reported(finding) for finding in findings],
            _rules(findings, known),
            category=f"leadline/{release['system']}/{release['release_name']}",
            notes=[f"{one['engine']} on {one['service']}: {one['status']}: {one['reason']}" for one in failed],
            properties={
                "release": release_id,
                "decision": decision.decision,
                "riskScore": round(decision.risk_score, 1),
                "uncertainty": decision.uncertainty,
                "reasons": [f"{reason.outcome}: {reason.title}" for reason in decision.reasons][:100],
            },
        )


class _Places:
    """Puts the folder of a service before its paths."""

    def __init__(self, services: list[dict[str, Any]], folders: Mapping[str, str] | None) -> None:
        several = len(services) > 1
        self._folders = {one["service"]: one["service"] if several else "" for one in services} | dict(folders or {})

    def of(self, service: str | None, file: str, line: int | None, snippet: str | None = None) -> Place:
        folder = self._folders.get(service or "", service or "").strip("/")
        path = file if folder in ("", ".") else f"{folder}/{file}"
        return Place(path, line or 1, snippet=snippet or "")


class _Reader:
    """Turns findings into results."""

    def __init__(
        self, places: _Places, handlers: Mapping[tuple[str, str], Row], paths: Mapping, steps: Mapping
    ) -> None:
        self._places, self._handlers, self._paths, self._steps = places, handlers, paths, steps

    def reported(self, finding: Row) -> Reported:
        """Return a finding as it is reported."""
        is_dismissed = finding["triage"] in ("false_positive", "accepted")
        who = f"{finding['triage']} by {finding['triage_author']}: {finding['triage_reason']}"
        entry = f"{finding['method']} {finding['route']}" if finding["route"] else None
        return Reported(
            rule_id=rule_of(finding),
            severity=finding["severity"],
            message=_message(finding, entry),
            place=self._place(finding, entry),
            fingerprint=finding["finding_id"],
            rank=finding["risk_score"],
            flows=tuple(self._flows(finding["finding_id"])),
            logical=finding["function"] or entry or finding["title"],
            suppression=who if is_dismissed else None,
            baseline={"new": "new", "persisting": "unchanged", "not_reassessed": "unchanged"}.get(finding["tracking"]),
            properties={
                "state": finding["state"],
                "stateReason": finding["state_reason"],
                "tracking": finding["tracking"],
                "triage": finding["triage"],
                "service": finding["service"],
                "entryService": finding["entry_service"],
                "endpoint": entry,
                "parameter": finding["parameter"],
                "techniques": finding["techniques"],
                "rules": finding["rule_ids"],
                "riskScore": round(finding["risk_score"], 1),
            },
        )

    def _place(self, finding: Row, entry: str | None) -> Place:
        if finding["file"]:
            return self._places.of(finding["service"], finding["file"], finding["line"], finding["snippet"])
        handler = self._handlers.get((finding["entry_service"] or finding["service"], entry or ""))
        if handler:
            return self._places.of(handler["service"], handler["file"], handler["line"])
        return Place(MANIFEST, 1)

    def _flows(self, finding_id: str) -> Iterator[tuple[Step, ...]]:
        """Yield the paths that lead there, across services, then the data flows that engines report."""
        for hops in self._paths.get(finding_id, ()):
            if steps := tuple(self._hops(hops)):
                yield steps
        for said in self._steps.get(finding_id, ()):
            yield tuple(
                Step(
                    self._places.of(s["service"], s["file"], s["line"]),
                    f"{s['engine']}: {s['message'] or 'data flows'}",
                )
                for s in said
            )

    def _hops(self, hops: list[Row]) -> Iterator[Step]:
        before: list[str] = []  # said of hops that have no line, where the next one has
        for hop in hops:
            place = self._hop_place(hop)
            before.append(_hop_message(hop))
            if place:
                yield Step(place, "; ".join(before))
                before = []

    def _hop_place(self, hop: Row) -> Place | None:
        if hop["file"]:
            return self._places.of(hop["service"], hop["file"], hop["line"])
        handler = self._handlers.get((hop["service"], hop["symbol"]))
        return self._places.of(handler["service"], handler["file"], handler["line"]) if handler else None


def rule_of(finding: Row) -> str:
    """Return the rule that a finding is reported under: its weakness class, which does not change with who saw it."""
    if finding["weakness_class"] == _UNCLASSIFIED and finding["rule_ids"]:
        return min(finding["rule_ids"])
    return finding["weakness_class"]


def _rules(findings: list[dict[str, Any]], known: Mapping[str, Row]) -> Iterator[Described]:
    by_rule: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in findings:
        by_rule[rule_of(finding)].append(finding)
    for rule_id, members in by_rule.items():
        first = members[0]  # of the highest risk: its words speak for the class
        rules = [known[name] for name in first["rule_ids"] if name in known]
        fix = next((rule["fix"] for rule in rules if rule["fix"] not in (None, "{}")), first["fix"]) or "{}"
        yield Described(
            id=rule_id,
            name=rules[0]["name"] if rules else rule_id.replace("-", " ").capitalize(),
            severity=gravest(member["severity"] for member in members),
            confidence=first["confidence"],
            cwes=tuple(dict.fromkeys(member["cwe"] for member in members if member["cwe"])),
            description=first["description"] or first["title"],
            remediation=first["remediation"] or "",
            fix=json.loads(fix),
            tags=(first["kind"],),
        )


def _message(finding: Row, entry: str | None) -> str:
    at = f", reached through {entry}" if entry and finding["file"] else ""
    parameter = f" ({finding['parameter']})" if at and finding["parameter"] else ""
    return f"{finding['title']}: {finding['state']}{at}{parameter}. {finding['state_reason'] or ''}".strip()


def _hop_message(hop: Row) -> str:
    seen = f"seen {hop['calls']} times" if hop["is_observed"] and hop["calls"] else "in the code only"
    if hop["hop_kind"] == "endpoint":
        value = f", {hop['outside_parameter']} enters" if hop["outside_parameter"] else ""
        return f"{hop['symbol']} of {hop['service']}{value} ({seen})"
    if hop["hop_kind"] == "line":
        return f"the weak line; statement: {hop['statement']}" if hop["statement"] else "the weak line"
    return f"{hop['symbol']} of {hop['service']} ({seen})"


def _grouped(rows: list[dict[str, Any]], *keys: str) -> dict[str, list[list[Row]]]:
    """Return finding → its groups of rows that share the keys, all in the order of the rows."""
    found: dict[str, dict[tuple[Any, ...], list[Row]]] = defaultdict(dict)
    for row in rows:
        found[row["finding_id"]].setdefault(tuple(row[key] for key in keys), []).append(row)
    return {finding: list(groups.values()) for finding, groups in found.items()}
