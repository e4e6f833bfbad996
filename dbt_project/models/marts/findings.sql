select
    release_id, finding_id, service, weakness_class, title, cwe, severity, confidence, kind, state, state_reason,
    triage, triage_author, triage_reason, tracking, tracking_pass,
    file, line, function, snippet, method, route, entry_service, parameter, is_outside,
    is_changed, change_reason, techniques, rule_ids, evidence_count, tried, not_tried,
    description, remediation, fix, fix_group_id, candidates, aliases, risk_score
from {{ ref('int_findings__scored') }}
