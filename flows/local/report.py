"""A scan for programs, as JSON or SARIF. Paths are relative to `root`; lines count from 1, columns from 1 in bytes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from engines.contract import Match
from engines.redact import redact
from flows.local.finding import Finding
from flows.local.findings import Scanned
from flows.sarif.matched import Matched, scan_document


def as_json(scanned: Scanned) -> str:
    """Return the scan as JSON: `findings` (suppressed ones with `suppression`), `skipped`, `counts`, `seconds`."""
    counts = Counter(finding.rule.severity for finding in scanned.active)
    document = {
        "format": 1,
        "root": str(scanned.root),
        "since": scanned.since,
        "is_scanned": bool(scanned.files),
        "files_scanned": len(scanned.files),
        "counts": dict(counts),
        "findings": [_finding(finding) for finding in scanned.findings],
        "older_findings": scanned.older,
        "less_severe_findings": scanned.less_severe,
        "suppressions_without_reason": [{"path": path, "line": c.line} for path, c in scanned.without_reason],
        "skipped": [
            {"kind": s.subject_kind, "subject": s.subject, "reason": s.reason, "explanation": s.explanation}
            for s in scanned.skips
        ],
        "seconds": round(scanned.seconds, 3),
    }
    return json.dumps(document, indent=2)


def as_sarif(scanned: Scanned) -> str:
    """Return the scan as SARIF 2.1.0; what was not read is a notification each."""
    found = [
        Matched(_clean(f.match), f.rule, f.steps, redact(f.suppression.reason) if f.suppression else None)
        for f in scanned.findings
    ]
    notes = [f"{s.subject}: {s.explanation}" for s in scanned.skips if s.reason != "no_code"]
    return json.dumps(scan_document(found, notes=notes), indent=2)


def _clean(match: Match) -> Match:
    return replace(match, snippet=redact(match.snippet))


def _finding(finding: Finding) -> dict[str, Any]:
    match, rule, comment = finding.match, finding.rule, finding.suppression
    return {
        "rule": rule.id,
        "name": rule.name,
        "cwe": rule.cwe,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "path": match.file,
        "start": {"line": match.start_line, "column": match.start_column},
        "end": {"line": match.end_line, "column": match.end_column},
        "code": redact(match.snippet),
        "message": match.message,
        "also": list(finding.also),
        "endpoints": [{"method": o.method, "route": o.route, "is_approximate": o.is_likely} for o in finding.openings],
        "flow": [
            {"flow": step.flow, "path": step.step_file, "line": step.step_line, "message": step.message}
            for step in finding.steps
        ],
        "remediation": rule.remediation,
        "fix": rule.fix.get(finding.language),
        "references": list(rule.references),
        "suppression": {"line": comment.line, "reason": redact(comment.reason)} if comment else None,
    }
