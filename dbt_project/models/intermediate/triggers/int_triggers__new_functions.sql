{# Functions the previous inventory does not have; renamed and moved ones are old. Only for endpoints that existed before. #}
with endpoints as (
    select release_id, service, method, route from {{ ref('int_endpoints__changed') }} where was_known
),

counted as (
    select
        release_id, service, method, route,
        count(*) as new_functions,
        list(qualified_name order by function_service, file, qualified_name) as names,
        list(function_id) as function_ids
    from {{ ref('int_endpoint_functions__changed') }}
    semi join endpoints using (release_id, service, method, route)
    where change = 'new'
    group by all
    having count(*) >= {{ var('many_new_functions') }}
),

spoken_for as (
    select nested.release_id, nested.service, nested.method, nested.route
    from {{ ref('int_endpoints__nested') }} as nested
    join counted as outermost
        on nested.release_id = outermost.release_id and nested.outer_service = outermost.service
        and nested.outer_method = outermost.method and nested.outer_route = outermost.route
    join counted as inner_count
        on nested.release_id = inner_count.release_id and nested.service = inner_count.service
        and nested.method = inner_count.method and nested.route = inner_count.route
    where list_has_all(outermost.function_ids, inner_count.function_ids)
),

final as (
    select
        release_id,
        'new_functions' as trigger,
        service,
        method,
        route,
        method || ' ' || route as subject,
        new_functions || ' functions on its flows are not in the previous inventory: ' || array_to_string(names[:6], ', ')
        || if(new_functions > 6, ' …', '') as figures,
        'normal' as strength
    from counted
    anti join spoken_for using (release_id, service, method, route)
)

select * from final
