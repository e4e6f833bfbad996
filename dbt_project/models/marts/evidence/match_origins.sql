with origins as (
    select * from {{ ref('stg_imported__match_origins') }}
),

matches as (
    select release_id, run_id, service, rule_id, file, start_line, start_column, evidence_id
    from {{ ref('int_matches__located') }}
),

findings as (
    select release_id, evidence_id, finding_id, run_id from {{ ref('int_findings__evidence') }}
),

final as (
    select
        origins.release_id,
        findings.evidence_id,
        findings.finding_id,
        origins.service,
        origins.tool,
        origins.tool_version,
        origins.tool_rule,
        origins.fingerprint,
        origins.logical_location,
        origins.baseline,
        origins.suppression,
        origins.suppression_reason
    from origins
    inner join matches using (release_id, run_id, service, rule_id, file, start_line, start_column)
    inner join findings using (release_id, evidence_id, run_id)
    qualify row_number() over (
        partition by origins.release_id, findings.evidence_id order by origins.suppression, origins.fingerprint
    ) = 1
)

select * from final
