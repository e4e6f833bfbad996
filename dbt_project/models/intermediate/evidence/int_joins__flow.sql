{# Passes 4 and 5: a flow, observed or only possible, leads from the endpoint to a point of the class. A point at which
   this endpoint's parameters are known is joined by those alone. #}
with unlocated as (
    select release_id, evidence_id, weakness_class, entry_service, method, route, parameter
    from {{ ref('int_evidence') }}
    where file is null and route is not null and kind = 'flaw'
),

flows as (
    select * from {{ ref('int_endpoint_functions') }}
),

points as (
    select * from {{ ref('int_points') }}
),

known_parameters as (
    select
        evidence.release_id,
        evidence.weakness_class,
        evidence.file,
        evidence.line,
        evidence.service,
        evidence.entry_service,
        evidence.method,
        evidence.route,
        list(distinct evidence.parameter) as parameters
    from {{ ref('int_evidence') }} as evidence
    where evidence.file is not null and evidence.parameter is not null
    group by all
)

select distinct
    unlocated.release_id,
    unlocated.evidence_id,
    points.point_id,
    case when flows.is_observed then 4 else 5 end as join_pass
from unlocated
inner join flows
    on flows.release_id = unlocated.release_id
    and flows.entry_service = unlocated.entry_service
    and flows.entry_method = unlocated.method
    and flows.entry_route = unlocated.route
inner join points
    on points.release_id = flows.release_id
    and points.function_id = flows.function_id
    and points.weakness_class = unlocated.weakness_class
left join known_parameters as known
    on known.release_id = points.release_id
    and known.weakness_class = points.weakness_class
    and known.service = points.service
    and known.file = points.file
    and known.line between points.start_line and points.end_line
    and known.entry_service = unlocated.entry_service
    and known.method = unlocated.method
    and known.route = unlocated.route
where known.parameters is null
    or unlocated.parameter is null
    or list_contains(known.parameters, unlocated.parameter)
