{# One arm a source that knows of a function that it ran; a function that only called a sink ran as well. #}
with traced as (
    select
        release_id, function_id, exerciser,
        coalesce(sum(calls) filter (kind = 'function'), max(calls))::bigint as calls,
        list_sort(list(distinct entry_method || ' ' || entry_service || ' ' || entry_route) filter (entry_route <> '')) as entries
    from {{ ref('int_paths') }}
    where function_id is not null and kind <> 'endpoint'
    group by release_id, function_id, exerciser
),

tested as (
    {# a coverage report knows of no endpoint and counts no calls #}
    select release_id, function_id, 'import' as exerciser, 0::bigint as calls, []::varchar[] as entries
    from {{ ref('int_functions__tested') }}
)

select *, 'trace' as told_by from traced
union all by name
select *, 'coverage' as told_by from tested
