with attempts as (
    select * from {{ ref('int_attempts__judged') }}
),

findings as (
    select evidence.release_id, evidence.attempt_id, arg_min(evidence.finding_id, (states.state_order, evidence.evidence_id)) as finding_id
    from {{ ref('int_findings__evidence') }} as evidence
    left join {{ ref('states') }} as states on states.state = evidence.verdict
    where evidence.attempt_id is not null
    group by evidence.release_id, evidence.attempt_id
)

select
    attempts.release_id,
    attempts.attempt_id,
    attempts.service,
    attempts.method,
    attempts.route,
    attempts.parameter,
    attempts.place,
    attempts.rule_id,
    attempts.weakness_class,
    attempts.identity,
    attempts.status,
    attempts.verdict,
    attempts.signals,
    attempts.probes::integer as probes,
    findings.finding_id
from attempts
left join findings using (release_id, attempt_id)
