{# A module's own code runs at the start, before any request: it is no function to be reached. #}
with functions as (
    select release_id, function_id, service, qualified_name, file, start_line, end_line
    from {{ ref('int_functions') }}
    where kind <> 'module'
),

limits as (
    select release_id, service, exerciser, limited_by from {{ ref('int_traces__limits') }}
),

reached as (
    select
        release_id, function_id, exerciser,
        sum(calls)::bigint as calls,
        list_sort(list_distinct(flatten(list(entries)))) as entries,
        list_sort(list(distinct told_by)) as told_by
    from {{ ref('int_functions__reached') }}
    group by all
)

select
    functions.*,
    limits.exerciser,
    case
        when reached.function_id is not null then 'reached'
        when limits.limited_by is not null then 'unknown'
        else 'unreached'
    end as status,
    if(reached.function_id is null, limits.limited_by, null) as limited_by,
    coalesce(reached.calls, 0) as calls,
    coalesce(reached.entries, []) as entries,
    coalesce(reached.told_by, []) as told_by
from functions
inner join limits using (release_id, service)
left join reached using (release_id, function_id, exerciser)
