with observed as (
    select *, true as is_observed, false as is_declared, false as is_possible from {{ ref('int_map__observed') }}
),

expected as (
    select *, false as is_observed from {{ ref('int_map__expected') }}
),

final as (
    select * from observed
    union all by name
    select * from expected
)

select
    release_id, from_kind, from_name, to_kind, to_name,
    bool_or(is_observed) as is_observed,
    bool_or(is_declared) as is_declared,
    bool_or(is_possible) as is_possible,
    coalesce(list_sort(list(distinct exerciser) filter (exerciser is not null)), []) as exercisers,
    coalesce(list_sort(list(distinct access) filter (is_observed)), []) as accesses,
    coalesce(list_sort(list_distinct(flatten(list(targets) filter (is_observed)))), []) as targets,
    coalesce(list_sort(list(distinct access) filter (is_possible)), []) as possible_accesses,
    coalesce(list_sort(list_distinct(flatten(list(targets) filter (is_possible)))), []) as possible_targets,
    coalesce(sum(calls), 0)::bigint as calls
from final
group by all
