with observed as (
    select * from {{ ref('int_endpoint_functions__observed') }}
),

possible as (
    select
        reached.release_id,
        endpoints.service as entry_service,
        endpoints.method as entry_method,
        endpoints.route as entry_route,
        reached.function_id
    from {{ ref('int_endpoint_functions__possible') }} as reached
    inner join {{ ref('int_endpoints') }} as endpoints using (release_id, endpoint_id)
),

pairs as (
    select
        release_id, entry_service, entry_method, entry_route, function_id,
        observed.calls is not null as is_observed,
        possible.function_id is not null as is_possible,
        coalesce(observed.exercisers, []) as exercisers,
        coalesce(observed.calls, 0) as calls
    from observed
    full join possible using (release_id, entry_service, entry_method, entry_route, function_id)
),

final as (
    select
        pairs.*,
        {{ stable_id(['pairs.entry_service', 'pairs.entry_method', 'pairs.entry_route']) }} as endpoint_id,
        functions.service,
        functions.qualified_name,
        functions.file,
        coalesce(endpoints.is_outside, false) as is_outside
    from pairs
    inner join {{ ref('int_functions') }} as functions using (release_id, function_id)
    left join {{ ref('int_endpoints') }} as endpoints
        on endpoints.release_id = pairs.release_id
        and endpoints.service = pairs.entry_service
        and endpoints.method = pairs.entry_method
        and endpoints.route = pairs.entry_route
)

select * from final
