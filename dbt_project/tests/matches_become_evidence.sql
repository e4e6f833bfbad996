-- Nothing that static analysis matched is lost between landing and the findings: distinct matches in, evidence out.
with landed as (
    select release_id, count(distinct (service, rule_id, file, start_line, start_column, end_line, end_column)) as matches
    from {{ ref('stg_static__matches') }}
    group by release_id
),

kept as (
    select release_id, count(*) as matches
    from {{ ref('int_findings__evidence') }}
    where signal = 'static.match'
    group by release_id
)

select landed.release_id, landed.matches, kept.matches as kept
from landed
left join kept using (release_id)
where landed.matches is distinct from kept.matches
