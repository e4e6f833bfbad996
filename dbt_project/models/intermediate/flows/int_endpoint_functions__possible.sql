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

reached as (
    select release_id, endpoint_id, function_id from handlers
    union
    select reached.release_id, reached.endpoint_id, edges.callee_id
    from reached
    inner join edges
        on edges.release_id = reached.release_id and edges.caller_id = reached.function_id
)

select reached.release_id, reached.endpoint_id, reached.function_id
from reached
inner join functions using (release_id, function_id)
