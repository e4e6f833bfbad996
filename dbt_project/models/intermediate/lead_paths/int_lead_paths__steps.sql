{# Breadth first, from the function of a finding back to its callers: each function knows the next one on a shortest way. #}
with recursive targets as (
    select distinct release_id, function_id as target_id from {{ ref('int_points') }} where function_id is not null
),

edges as (
    select distinct release_id, caller_id, callee_id from {{ ref('int_function_edges') }}
),

steps(release_id, target_id, function_id, next_id, distance) using key (release_id, target_id, function_id) as (
    select release_id, target_id, target_id, null::varchar, 0 from targets
    union
    select steps.release_id, steps.target_id, edges.caller_id, min(steps.function_id), min(steps.distance) + 1
    from steps
    inner join edges on edges.release_id = steps.release_id and edges.callee_id = steps.function_id
    left join recurring.steps as known
        on known.release_id = steps.release_id
        and known.target_id = steps.target_id
        and known.function_id = edges.caller_id
    where known.function_id is null and steps.distance < {{ var('path_depth') }}
    group by steps.release_id, steps.target_id, edges.caller_id
)

select * from steps
