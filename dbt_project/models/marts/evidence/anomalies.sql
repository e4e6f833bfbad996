with cases as (
    select * from {{ ref('int_cases__located') }} where is_anomaly
),

findings as (
    select release_id, case_id, finding_id from {{ ref('int_findings__evidence') }} where case_id is not null
)

select
    cases.release_id,
    cases.case_id,
    cases.service,
    cases.method,
    cases.route,
    cases.element,
    cases.outcome,
    cases.status::integer as status,
    cases.elapsed_ms,
    cases.explanation,
    cases.request,
    cases.trace_id,
    cases."function",
    findings.finding_id
from cases
left join findings using (release_id, case_id)
