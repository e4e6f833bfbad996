with functions as (
    select * from {{ ref('int_functions') }}
),

traffic as (
    select
        release_id,
        function_id,
        list_sort(list(distinct exerciser)) as exercisers,
        sum(calls)::bigint as calls
    from {{ ref('int_paths') }}
    where kind = 'function' and function_id is not null
    group by release_id, function_id
),

findings as (
    select release_id, function_id, count(*)::integer as findings
    from {{ ref('int_findings') }}
    where function_id is not null
    group by release_id, function_id
),

changes as (
    select release_id, function_id, any_value("change") as "change"
    from {{ ref('int_functions__changed') }}
    where "change" != 'removed'
    group by release_id, function_id
)

select
    functions.release_id,
    functions.function_id,
    functions.service,
    functions.qualified_name,
    functions.file,
    functions.start_line::integer as start_line,
    functions.end_line::integer as end_line,
    functions.body_hash,
    coalesce(traffic.exercisers, []) as exercisers,
    coalesce(traffic.calls, 0) as calls,
    coalesce(findings.findings, 0) as findings,
    coalesce(changes."change", 'baseline') as "change"
from functions
left join traffic using (release_id, function_id)
left join findings using (release_id, function_id)
left join changes using (release_id, function_id)
