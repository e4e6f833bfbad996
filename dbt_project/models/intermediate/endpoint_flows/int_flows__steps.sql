{# Breadth first along the call graph, from an endpoint's handler: each function knows the one before it on a shortest way. #}
with recursive edges as (
    select distinct release_id, caller_id, callee_id from {{ ref('int_function_edges') }}
),

functions as (
    select release_id, function_id from {{ ref('int_functions') }}
),

handlers as (
    select endpoints.release_id, endpoints.endpoint_id, functions.function_id
    from {{ ref('int_endpoints') }} as endpoints
    inner join functions
        on functions.release_id = endpoints.release_id and functions.function_id = endpoints.handler_id
),

steps(release_id, endpoint_id, function_id, previous_id, distance) using key (release_id, endpoint_id, function_id) as (
    select release_id, endpoint_id, function_id, null::varchar, 1 from handlers
    union
    select steps.release_id, steps.endpoint_id, edges.callee_id, min(steps.function_id), min(steps.distance) + 1
    from steps
    inner join edges on edges.release_id = steps.release_id and edges.caller_id = steps.function_id
    left join recurring.steps as known
        on known.release_id = steps.release_id
        and known.endpoint_id = steps.endpoint_id
        and known.function_id = edges.callee_id
    where known.function_id is null and steps.distance < {{ var('path_depth') }}
    group by steps.release_id, steps.endpoint_id, edges.callee_id
)

select steps.*
from steps
inner join functions using (release_id, function_id)
