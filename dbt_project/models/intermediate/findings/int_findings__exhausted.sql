{# Strict on purpose: one parameter untried, or one endpoint of another class of access, and the lead stays open. #}
with points as (
    select release_id, point_id as key_id, weakness_class, function_id from {{ ref('int_points__static') }}
),

flows as (
    select distinct release_id, function_id, entry_service, entry_method, entry_route
    from {{ ref('int_endpoint_functions') }}
),

places as (
    select distinct release_id, weakness_class, unnest(locations) as place from {{ ref('int_rules') }}
),

parameters as (
    select release_id, service, method, route, name, place from {{ ref('stg_inventory__parameters') }}
    union
    select release_id, service, method, route, name, place from {{ ref('stg_trace__seen_parameters') }}
    where exerciser in ('qa', 'import')
),

expected as (
    select distinct points.release_id, points.key_id, flows.entry_service, flows.entry_method, flows.entry_route,
        parameters.name as parameter
    from points
    inner join flows using (release_id, function_id)
    inner join parameters
        on parameters.release_id = flows.release_id
        and parameters.service = flows.entry_service
        and parameters.method = flows.entry_method
        and parameters.route = flows.entry_route
    inner join places
        on places.release_id = points.release_id
        and places.weakness_class = points.weakness_class
        and places.place = parameters.place
    where not (parameters.place = 'header' and list_contains({{ var('transport_headers') }}, lower(parameters.name)))
),

tried as (
    select distinct release_id, key_id, entry_service, method as entry_method, route as entry_route, parameter
    from {{ ref('int_evidence__joined') }}
    where verdict in ('passed', 'refuted')
),

final as (
    select expected.release_id, expected.key_id, count(*) as parameters, count(tried.parameter) as parameters_tried
    from expected
    left join tried using (release_id, key_id, entry_service, entry_method, entry_route, parameter)
    group by expected.release_id, expected.key_id
)

select *, parameters_tried = parameters as is_exhausted from final
