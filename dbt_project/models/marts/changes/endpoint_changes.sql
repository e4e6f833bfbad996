with endpoints as (
    select * from {{ ref('int_endpoints__diffed') }} where change <> 'unchanged'
),

known as (
    select release_id, endpoint_id, is_outside, parameters, findings, risk_score from {{ ref('endpoints') }}
)

select
    endpoints.release_id,
    endpoints.endpoint_id,
    endpoints.service,
    endpoints.change,
    endpoints.method,
    endpoints.route,
    endpoints.previous_method,
    endpoints.previous_route,
    endpoints.handler,
    endpoints.previous_handler,
    endpoints.file,
    endpoints.line,
    endpoints.changed_share,
    endpoints.changed_functions,
    endpoints.changed_parameters,
    coalesce(known.is_outside, false) as is_outside,
    coalesce(known.parameters, []) as parameters,
    coalesce(known.findings, 0) as findings,
    known.risk_score
from endpoints
left join known
    on endpoints.release_id = known.release_id and endpoints.endpoint_id = known.endpoint_id
    and endpoints.change <> 'removed'
