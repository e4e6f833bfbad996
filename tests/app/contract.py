"""The marts that the app reads, as data: mart → its columns as `name type`, text where no type is said."""

from __future__ import annotations

MARTS: dict[str, str] = {
    "releases": (
        "release_id, system, release_name, previous_release_id, assessment int, decision, exit_code int, "
        "risk_score double, risk_change double, uncertainty double, preset, blocking int, person int, "
        "not_assessed int, noted int, is_baseline bool, assessed_at timestamp"
    ),
    "decision_reasons": (
        "release_id, reason_id, outcome, reason_rank int, kind, title, detail, remedy, subject_kind, subject_id, "
        "finding_ids varchar[], service"
    ),
    "findings": (
        "release_id, finding_id, service, weakness_class, title, cwe, severity, confidence, kind, state, "
        "state_reason, triage, triage_author, triage_reason, tracking, tracking_pass, file, line int, function, "
        "snippet, method, route, entry_service, parameter, is_outside bool, is_changed bool, techniques varchar[], "
        "rule_ids varchar[], evidence_count int, tried, not_tried, description, remediation, fix, fix_group_id, "
        "candidates varchar[], aliases varchar[], risk_score double"
    ),
    "evidence": (
        "release_id, evidence_id, finding_id, service, technique, engine, rule_id, signal, summary, file, "
        "line int, function, method, route, parameter, attempt_id, trace_id, curl, excerpt, join_pass int, "
        "join_reason, observed_at timestamp"
    ),
    "lead_paths": (
        "release_id, finding_id, path_number int, hop int, hop_kind, service, symbol, file, line int, "
        "is_observed bool, calls int, exercisers varchar[], outside_parameter, outside_value, statement, "
        "statement_attack, entry_service, entry_method, entry_route"
    ),
    "match_origins": (
        "release_id, evidence_id, finding_id, service, tool, tool_version, tool_rule, fingerprint, logical_location, "
        "baseline, suppression, suppression_reason"
    ),
    "match_steps": (
        "release_id, evidence_id, finding_id, service, engine, rule_id, flow int, step int, file, line int, "
        "column int, message"
    ),
    "functions": (
        "release_id, function_id, service, qualified_name, file, start_line int, end_line int, body_hash, "
        "exercisers varchar[], calls int, findings int, change"
    ),
    "endpoints": (
        "release_id, endpoint_id, service, method, route, handler, file, line int, exposure, is_outside bool, "
        "declared_by varchar[], status, seen_by varchar[], change, changed_share double, parameters varchar[], "
        "possible_functions int, findings int, confirmed int, risk_score double"
    ),
    "coverage": ("release_id, service, technique, subject_kind, subject, status, reason"),
    "coverage_gaps": (
        "release_id, gap_id, gap, service, title, detail, finding_id, entry_service, method, route, function, file, "
        "line int, risk_score double, request_curl, request_test, is_asked bool"
    ),
    "manual_tests": (
        "release_id, trigger_id, trigger, service, method, route, subject, figures, strength, finding_id, "
        "risk_score double, hours double, queue_rank int, fits bool, status, signed_by, signed_reason, "
        "replay_curl"
    ),
    "release_changes": ("release_id, service, subject_kind, change, subject, detail"),
    "function_changes": (
        "release_id, function_id, service, change, qualified_name, file, line int, lines int, previous_qualified_name, "
        "previous_file, matched_by, endpoints int, findings int, finding_ids varchar[]"
    ),
    "endpoint_changes": (
        "release_id, endpoint_id, service, change, method, route, previous_method, previous_route, handler, "
        "previous_handler, changed_share double, is_outside bool, findings int, risk_score double"
    ),
    "parameter_changes": (
        "release_id, endpoint_id, service, method, route, name, place, change, type, previous_type, previous_place, "
        "is_required bool"
    ),
    "risk_scores": ("release_id, subject_kind, subject_id, service, title, risk_score double, uncertainty double"),
    "risk_factors": ("release_id, subject_kind, subject_id, factor, value double, explanation"),
    "services": (
        "release_id, service, version, exposure, owner, language, datastores varchar[], is_released bool, "
        "base_url, endpoints int, findings int, confirmed int, gaps int, risk_score double, uncertainty double, "
        "previous_risk_score double"
    ),
    "service_map_nodes": (
        "release_id, node_id, kind, name, status, store_kind, targets varchar[], exercisers varchar[], calls int, "
        "spans int, is_sampled bool, dropped int, is_declared bool, is_released bool, is_deployed bool, exposure"
    ),
    "service_map_links": (
        "release_id, link_id, from_id, from_kind, from_name, to_id, to_kind, to_name, status, is_observed bool, "
        "is_declared bool, is_possible bool, exercisers varchar[], exerciser_calls int[], accesses varchar[], "
        "targets varchar[], possible_accesses varchar[], possible_targets varchar[], calls int, first_release_id, "
        "last_release_id"
    ),
    "flows": (
        "release_id, endpoint_id, flow_id, parent_flow_id, depth int, kind, service, symbol, function_id, file, "
        "line int, sink_kind, sink_targets varchar[], sink_operation, is_observed bool, exercisers varchar[], "
        "calls int, traces int"
    ),
    "function_coverage": (
        "release_id, service, function_id, qualified_name, file, start_line int, exerciser, status, limited_by, "
        "calls int, entries varchar[], entry_count int, told_by varchar[]"
    ),
    "function_shares": (
        "release_id, service, file, exerciser, functions int, reached int, unreached int, unknown int, limited_by"
    ),
    "outside_values": (
        "release_id, service, function_id, function, file, line int, sink_kind, shape, exerciser, seen_as, arrived_by, "
        "parameter, place, source_service, source_method, source_route, entry_service, entry_method, entry_route, "
        "value, statement, hits int, traces int"
    ),
    "unmatched_functions": (
        "release_id, service, file, symbol, line int, exercisers varchar[], calls int, unmatched_because"
    ),
    "engine_status": (
        "release_id, service, technique, engine, status, reason, rows int, started_at timestamp, ended_at timestamp"
    ),
    "attempts": (
        "release_id, attempt_id, service, method, route, parameter, rule_id, weakness_class, identity, status, "
        "verdict, signals varchar[], probes int, finding_id"
    ),
    "probes": (
        "release_id, attempt_id, service, role, ordinal int, method, url, curl, outcome, status int, "
        "elapsed_ms double, trace_id, is_traced bool, response_excerpt"
    ),
    "anomalies": (
        "release_id, case_id, service, element, outcome, status int, elapsed_ms double, explanation, request, "
        "trace_id, function, finding_id"
    ),
    "probe_plan": (
        "release_id, attempt_id, service, method, route, parameter, place, rule_id, weakness_class, seed, "
        "request_parameters, finding_id, reason, plan_rank int, is_allowed bool, refusal"
    ),
    "skips": ("release_id, service, technique, subject_kind, subject, reason, explanation"),
    "quarantine": ("release_id, service, table_name, reason, record, source, observed_at timestamp"),
    "checks": ("release_id, service, table_name, column_name, expectation, is_met bool, unexpected int, rows int"),
    "runs": (
        "release_id, run_id, assessment int, engine, technique, service, status, reason, records int, "
        "started_at timestamp, ended_at timestamp"
    ),
    "rules": (
        "rule_id, weakness_class, name, cwe, severity, confidence, kind, description, remediation, fix, "
        "parts varchar[], findings int"
    ),
    "scores": (
        "release_id, scope, truth_rows int, true_positive int, false_positive int, false_negative int, "
        "true_negative int, unlisted int, precision double, recall double, youden double"
    ),
    "score_rows": (
        "release_id, truth_id, is_real bool, coverage, scope, is_reported bool, finding_id, state, expected_state, "
        "expected_trigger, trigger_fired bool, verdict"
    ),
    "trace_summary": ("release_id, service, exerciser, spans int, traces int, functions int, dropped int"),
    "test_results": ("release_id, suite, name, outcome, seconds double, message"),
    "decision_log": (
        "release_id, entry_id, service, subject_kind, subject_id, action, author, reason, decided_at timestamp, "
        "expires_at timestamp, is_matched bool"
    ),
}


def columns_of(mart: str) -> dict[str, str]:
    """Return the columns of a mart in order: name → DuckDB type."""
    pairs = (column.split() for column in MARTS[mart].split(", "))
    return {name: (kind[0] if kind else "varchar") for name, *kind in pairs}
