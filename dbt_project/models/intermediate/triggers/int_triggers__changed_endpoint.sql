{# The outermost endpoint that shows the change speaks for those behind it. #}
with largely_changed as (
    select * from {{ ref('int_endpoints__changed') }}
    where change = 'changed' and changed_share >= {{ var('largely_changed_share') }}
),

surfaces as (
    select release_id, service, method, route, is_outside from {{ ref('int_endpoints') }}
),

spoken_for as (
    select nested.release_id, nested.service, nested.method, nested.route
    from {{ ref('int_endpoints__nested') }} as nested
    join largely_changed as outermost
        on nested.release_id = outermost.release_id and nested.outer_service = outermost.service
        and nested.outer_method = outermost.method and nested.outer_route = outermost.route
),

final as (
    select
        largely_changed.release_id,
        'changed_endpoint' as trigger,
        largely_changed.service,
        largely_changed.method,
        largely_changed.route,
        largely_changed.method || ' ' || largely_changed.route as subject,
        largely_changed.changed_lines || ' of ' || largely_changed.flow_lines || ' lines on its flows are new or changed ('
        || round(100 * largely_changed.changed_share)::int || ' %): '
        || array_to_string(largely_changed.changed_functions[:4], ', ')
        || if(len(largely_changed.changed_functions) > 4, ' …', '') as figures,
        if(surfaces.is_outside, 'strong', 'normal') as strength
    from largely_changed
    join surfaces using (release_id, service, method, route)
    anti join spoken_for using (release_id, service, method, route)
)

select * from final
