with observed as (
    select *, true as is_observed, false as is_declared, false as is_possible from {{ ref('int_map__observed') }}
),

expected as (
    select *, false as is_observed from {{ ref('int_map__expected') }}
),

counted as (
    select
        release_id, from_kind, from_name, to_kind, to_name,
        list(exerciser order by exerciser) as exercisers, list(calls order by exerciser) as exerciser_calls
    from (
        select release_id, from_kind, from_name, to_kind, to_name, exerciser, sum(calls)::bigint as calls from observed group by all
    )
    group by all
),

folded as (
    select * from observed
    union all by name
    select * from expected
)

select
    release_id, from_kind, from_name, to_kind, to_name,
    bool_or(is_observed) as is_observed,
    bool_or(is_declared) as is_declared,
    bool_or(is_possible) as is_possible,
    coalesce(any_value(counted.exercisers), []) as exercisers,
    coalesce(any_value(counted.exerciser_calls), []) as exerciser_calls,
    coalesce(list_sort(list(distinct access) filter (is_observed)), []) as accesses,
    coalesce(list_sort(list_distinct(flatten(list(targets) filter (is_observed)))), []) as targets,
    coalesce(list_sort(list(distinct access) filter (is_possible)), []) as possible_accesses,
    coalesce(list_sort(list_distinct(flatten(list(targets) filter (is_possible)))), []) as possible_targets,
    coalesce(sum(calls), 0)::bigint as calls
from folded
left join counted using (release_id, from_kind, from_name, to_kind, to_name)
group by release_id, from_kind, from_name, to_kind, to_name
