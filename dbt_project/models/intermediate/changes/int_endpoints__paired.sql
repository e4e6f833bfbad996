{# The same endpoint has the same method and route, whatever the route's parameters are called; documented before and in
   the source only now is not the same. What is left on both sides meets by its handler: the same function under another
   path, or under another method of the same path. Each is the other's best, or nobody's. #}
with pairs as (
    select * from {{ ref('int_releases__paired') }}
),

endpoints as (
    select endpoints.*, {{ route_key('route') }} as route_key from {{ ref('int_endpoints') }} as endpoints
),

now as (
    select endpoints.*, handlers.previous_handler_id, pairs.previous_release_id, pairs.is_baseline
    from endpoints
    join pairs using (release_id, service)
    left join {{ ref('int_endpoints__handled') }} as handlers using (release_id, endpoint_id)
),

before as (
    select endpoints.* exclude (release_id), pairs.release_id
    from endpoints
    join pairs on endpoints.release_id = pairs.previous_release_id and endpoints.service = pairs.service
),

by_route as (
    select
        now.release_id, now.endpoint_id, before.endpoint_id as previous_endpoint_id, 'route' as matched_by
    from now
    join before using (release_id, service, method, route_key)
    where before.status = now.status or before.status <> 'documented_only' or not list_contains(now.declared_by, 'source')
    qualify row_number() over (
        partition by now.release_id, now.endpoint_id order by before.route <> now.route, before.route
    ) = 1
),

by_handler as (
    select
        now.release_id, now.endpoint_id, before.endpoint_id as previous_endpoint_id,
        row_number() over (
            partition by now.release_id, now.endpoint_id order by before.method <> now.method, before.route
        ) as rank_now,
        row_number() over (
            partition by now.release_id, before.endpoint_id order by before.method <> now.method, now.route
        ) as rank_before
    from now
    anti join by_route using (release_id, endpoint_id)
    join before
        on now.release_id = before.release_id and now.service = before.service
        and now.previous_handler_id = before.handler_id
        and (now.method = before.method or now.route_key = before.route_key)
    anti join by_route as kept
        on before.release_id = kept.release_id and before.endpoint_id = kept.previous_endpoint_id
    where not now.is_baseline and now.status <> 'shadow' and before.handler is not null
),

paired as (
    select * from by_route
    union all by name
    select release_id, endpoint_id, previous_endpoint_id, 'handler' as matched_by
    from by_handler
    where rank_now = 1 and rank_before = 1
)

select
    paired.*,
    now.service, now.method, now.route,
    before.method as previous_method,
    before.route as previous_route,
    before.handler as previous_handler,
    now.handler is not null and before.handler is not null and now.previous_handler_id is distinct from before.handler_id
        as is_handler_changed
from paired
join now using (release_id, endpoint_id)
join before on paired.release_id = before.release_id and paired.previous_endpoint_id = before.endpoint_id
