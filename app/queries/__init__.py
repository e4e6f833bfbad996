"""Every question that a page asks of the published file, as fixed SQL with bound parameters.

Each function returns rows as dicts keyed by the mart's column names. A filter that is `None` matches everything.
"""

from app.queries.findings import (
    attempts,
    evidence,
    finding,
    finding_count,
    finding_values,
    findings,
    fix_group,
    fix_groups,
    lead_path,
    probes,
    states,
)
from app.queries.published import Row, Unpublished, built_at
from app.queries.release import (
    changes,
    engine_status,
    reasons,
    releases,
    risk_factors,
)
from app.queries.runs import (
    checks,
    decision_log,
    quarantine,
    rules,
    runs,
    scores,
    skips,
    test_results,
    trace_summary,
)
from app.queries.services import (
    coverage,
    coverage_matrix,
    endpoints,
    follow_ups,
    gaps,
    manual_tests,
    service_history,
    service_links,
    services,
)

__all__ = [
    "Row",
    "Unpublished",
    "attempts",
    "built_at",
    "changes",
    "checks",
    "coverage",
    "coverage_matrix",
    "decision_log",
    "endpoints",
    "engine_status",
    "evidence",
    "finding",
    "finding_count",
    "finding_values",
    "findings",
    "fix_group",
    "follow_ups",
    "fix_groups",
    "gaps",
    "lead_path",
    "manual_tests",
    "probes",
    "quarantine",
    "reasons",
    "releases",
    "risk_factors",
    "rules",
    "runs",
    "scores",
    "service_history",
    "service_links",
    "services",
    "skips",
    "states",
    "test_results",
    "trace_summary",
]
