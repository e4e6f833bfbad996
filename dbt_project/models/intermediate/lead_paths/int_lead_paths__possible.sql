{# Only from endpoints from which no trace leads there: what was seen needs no guess. #}
with points as (
    select release_id, point_id as key_id, function_id from {{ ref('int_points') }}
),

flows as (
    select * from {{ ref('int_endpoint_functions') }} where not is_observed
),

steps as (
    select * from {{ ref('int_lead_paths__steps') }}
)

select
    points.release_id,
    points.key_id,
    endpoints.endpoint_id,
    endpoints.service as entry_service,
    endpoints.method as entry_method,
    endpoints.route as entry_route,
    endpoints.handler_id,
    endpoints.is_outside,
    steps.distance as depth
from points
inner join flows using (release_id, function_id)
inner join {{ ref('int_endpoints') }} as endpoints using (release_id, endpoint_id)
inner join steps
    on steps.release_id = points.release_id
    and steps.target_id = points.function_id
    and steps.function_id = endpoints.handler_id
