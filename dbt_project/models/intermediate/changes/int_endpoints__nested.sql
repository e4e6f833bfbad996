{# The handler of the inner endpoint is a function on the outer one's flows. #}
with endpoints as (
    select release_id, service, method, route, handler, file from {{ ref('int_endpoints') }} where handler is not null
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
    join flows
        on endpoints.release_id = flows.release_id and endpoints.service = flows.function_service
        and endpoints.handler = flows.qualified_name and endpoints.file = flows.file
    where flows.service <> endpoints.service
)

select * from final
