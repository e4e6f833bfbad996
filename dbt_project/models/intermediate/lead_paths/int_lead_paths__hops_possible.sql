{# From the handler along the next pointers; the step into another service passes through the endpoint that answers. #}
with recursive ranked as (
    select ranked.*, points.function_id as target_id
    from {{ ref('int_lead_paths__ranked') }} as ranked
    inner join {{ ref('int_points') }} as points
        on points.release_id = ranked.release_id and points.point_id = ranked.key_id
    where not ranked.is_observed
),

steps as (
    select * from {{ ref('int_lead_paths__steps') }}
),

walk as (
    select release_id, key_id, path_number, target_id, handler_id as function_id, 1 as hop from ranked
    union all
    select walk.release_id, walk.key_id, walk.path_number, walk.target_id, steps.next_id, walk.hop + 1
    from walk
    inner join steps using (release_id, target_id, function_id)
    where steps.next_id is not null
),

hops as (
    select
        ranked.release_id, ranked.key_id, ranked.path_number, 1 as hop, 'endpoint' as hop_kind,
        ranked.entry_service as service, ranked.entry_method || ' ' || ranked.entry_route as symbol,
        endpoints.file, endpoints.line
    from ranked
    inner join {{ ref('int_endpoints') }} as endpoints using (release_id, endpoint_id)
    union all by name
    select
        walk.release_id, walk.key_id, walk.path_number, walk.hop + 1 as hop, 'function' as hop_kind,
        functions.service, functions.qualified_name as symbol, functions.file, functions.start_line as line
    from walk
    inner join {{ ref('int_functions') }} as functions using (release_id, function_id)
)

select *, false as is_observed, 0::bigint as calls, []::varchar[] as exercisers from hops
