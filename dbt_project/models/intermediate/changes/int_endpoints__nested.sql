{# The handler of the inner endpoint is a function on the outer one's flows. #}
with endpoints as (
    select release_id, service, method, route, handler_id from {{ ref('int_endpoints') }} where handler is not null
),

flows as (
    select * from {{ ref('int_endpoint_functions__changed') }}
),

final as (
    select distinct
        endpoints.release_id,
        endpoints.service,
        endpoints.method,
        endpoints.route,
        flows.service as outer_service,
        flows.method as outer_method,
        flows.route as outer_route
    from endpoints
    join flows on endpoints.release_id = flows.release_id and endpoints.handler_id = flows.function_id
    where flows.service <> endpoints.service
)

select * from final
