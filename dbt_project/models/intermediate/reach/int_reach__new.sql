{# New only where the comparison is fair: the endpoint existed, and either it was recorded before as well, or its code changed, or its own source tells.
   An endpoint that is new itself is one thing to test, not one for each of its targets. #}
with endpoints as (
    {# its parameters may have had other names #}
    select *, coalesce(previous_route, route) as route_before from {{ ref('int_endpoints__changed') }} where was_known
),

pairs as (
    select release_id, service, previous_release_id from {{ ref('int_releases__paired') }} where not is_baseline
),

targets as (
    select * from {{ ref('int_reach__targets') }}
),

recorded as (
    select distinct release_id, entry_service as service, entry_method as method, entry_route as route
    from {{ ref('stg_trace__call_paths') }}
    where exerciser in ('qa', 'import')
),

changed as (
    select distinct release_id, service, method, route, function_service as target_service
    from {{ ref('int_endpoint_functions__changed') }}
    where change in ('new', 'changed')
),

final as (
    select targets.*, pairs.previous_release_id
    from targets
    join pairs using (release_id, service)
    join endpoints
        on targets.release_id = endpoints.release_id and targets.service = endpoints.service
        and targets.method = endpoints.method and targets.route = endpoints.route
    anti join targets as before
        on pairs.previous_release_id = before.release_id and targets.service = before.service
        and targets.method = before.method and endpoints.route_before = before.route
        and targets.target_service = before.target_service and targets.target_key = before.target_key
    left join recorded
        on pairs.previous_release_id = recorded.release_id and targets.service = recorded.service
        and targets.method = recorded.method and endpoints.route_before = recorded.route
    left join changed
        on targets.release_id = changed.release_id and targets.service = changed.service
        and targets.method = changed.method and targets.route = changed.route
        and targets.target_service = changed.target_service
    where (targets.is_told and targets.target_service = targets.service)
        or recorded.release_id is not null
        or changed.release_id is not null
)

select * from final
