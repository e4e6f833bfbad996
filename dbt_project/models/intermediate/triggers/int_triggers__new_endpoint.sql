{# Documented and not there is a gap, not a surface. #}
with endpoints as (
    select * from {{ ref('int_endpoints__changed') }} where change = 'new' and status = 'declared'
),

surfaces as (
    select release_id, service, method, route, is_outside, exposure from {{ ref('int_endpoints') }}
),

targets as (
    select release_id, service, method, route, string_agg(distinct target, ', ' order by target) as targets
    from {{ ref('int_reach__targets') }}
    group by all
),

final as (
    select
        endpoints.release_id,
        'new_endpoint' as trigger,
        endpoints.service,
        endpoints.method,
        endpoints.route,
        endpoints.method || ' ' || endpoints.route as subject,
        'not in the previous release; ' || surfaces.exposure || '; '
        || endpoints.flow_lines || ' lines on its flows'
        || coalesce('; reaches ' || targets.targets, '; reaches nothing known') as figures,
        if(surfaces.is_outside, 'strong', 'normal') as strength
    from endpoints
    join surfaces using (release_id, service, method, route)
    left join targets using (release_id, service, method, route)
)

select * from final
