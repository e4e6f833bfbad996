{# One row an endpoint: what the fuzzer upset, where this release changed the code behind it or, failing that, its service:
   a malformed request often fails before any endpoint is told. #}
with cases as (
    select * from {{ ref('stg_fuzz__cases') }} where is_anomaly
),

endpoints as (
    select release_id, service, method, route, changed_lines from {{ ref('int_endpoints__changed') }} where change in ('new', 'changed')
),

services as (
    select release_id, service, count(*) as changed_functions
    from {{ ref('int_functions__changed') }}
    where change in ('new', 'changed')
    group by all
),

final as (
    select
        cases.release_id,
        'anomaly' as trigger,
        cases.service,
        cases.method,
        cases.route,
        cases.method || ' ' || cases.route as subject,
        'fuzz anomalies: ' || count(*) || ' ('
        || string_agg(distinct cases.outcome, ', ' order by cases.outcome) || ') on '
        || string_agg(distinct cases.element, ', ' order by cases.element) || '; '
        || if(
            any_value(endpoints.release_id) is not null,
            any_value(endpoints.changed_lines) || ' changed lines on its flows',
            any_value(services.changed_functions) || ' changed functions in the service'
        ) as figures,
        if(bool_or(cases.outcome in ('hang', 'service_down')), 'strong', 'normal') as strength
    from cases
    left join endpoints using (release_id, service, method, route)
    left join services using (release_id, service)
    where endpoints.release_id is not null or services.release_id is not null
    group by cases.release_id, cases.service, cases.method, cases.route
)

select * from final
