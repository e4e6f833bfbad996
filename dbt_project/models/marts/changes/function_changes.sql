with functions as (
    select * from {{ ref('int_functions__changed') }}
    where change in ('new', 'changed', 'renamed', 'moved', 'removed')
),

findings as (
    select release_id, function_id, count(*) as findings, list(finding_id order by risk_score desc, finding_id) as finding_ids
    from {{ ref('int_findings__scored') }}
    where function_id is not null and tracking not in ('fixed', 'not_reassessed')
    group by all
),

flows as (
    select release_id, function_id, count(*) as endpoints
    from {{ ref('int_endpoint_functions__changed') }}
    group by all
)

select
    functions.release_id,
    functions.function_id,
    functions.service,
    functions.change,
    functions.qualified_name,
    functions.file,
    functions.start_line as line,
    functions.lines,
    if(functions.change = 'new', null, functions.previous_qualified_name) as previous_qualified_name,
    functions.previous_file,
    functions.matched_by,
    if(functions.change = 'removed', 0, coalesce(flows.endpoints, 0)) as endpoints,
    if(functions.change = 'removed', 0, coalesce(findings.findings, 0)) as findings,
    if(functions.change = 'removed', [], coalesce(findings.finding_ids, [])) as finding_ids
from functions
left join findings using (release_id, function_id)
left join flows using (release_id, function_id)
