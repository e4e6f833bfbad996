{# Breadth first along the call graph, from an endpoint's handler: each function knows the one before it on a shortest way.
   Where the call graph leads nearly everywhere only the near is told. #}
with recursive edges as (
    select distinct release_id, caller_id, callee_id from {{ ref('int_function_edges') }}
),

functions as (
    select release_id, function_id from {{ ref('int_functions') }}
),

reached as (
    select release_id, endpoint_id, count(*) as functions from {{ ref('int_endpoint_functions__possible') }} group by all
),

handlers as (
    select
        endpoints.release_id, endpoints.endpoint_id, functions.function_id,
        if(reached.functions > {{ var('possible_functions') }}, {{ var('near_depth') }}, {{ var('path_depth') }}) as deepest
    from {{ ref('int_endpoints') }} as endpoints
    inner join reached using (release_id, endpoint_id)
    inner join functions
        on functions.release_id = endpoints.release_id and functions.function_id = endpoints.handler_id
),

steps(release_id, endpoint_id, function_id, previous_id, distance, deepest) using key (release_id, endpoint_id, function_id) as (
    select release_id, endpoint_id, function_id, null::varchar, 1, deepest from handlers
    union
    select steps.release_id, steps.endpoint_id, edges.callee_id, min(steps.function_id), min(steps.distance) + 1, min(steps.deepest)
    from steps
    inner join edges on edges.release_id = steps.release_id and edges.caller_id = steps.function_id
    left join recurring.steps as known
        on known.release_id = steps.release_id
        and known.endpoint_id = steps.endpoint_id
        and known.function_id = edges.callee_id
    where known.function_id is null and steps.distance < steps.deepest
    group by steps.release_id, steps.endpoint_id, edges.callee_id
)

select steps.* exclude (deepest)
from steps
inner join functions using (release_id, function_id)
