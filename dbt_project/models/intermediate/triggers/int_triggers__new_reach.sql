{# One row an endpoint, whatever the number of new targets; strong where the outside value itself was seen arriving. #}
with outside as (
    select release_id, service, method, route from {{ ref('int_endpoints') }} where is_outside
),

reached as (
    select * from {{ ref('int_reach__new') }}
    semi join outside using (release_id, service, method, route)
),

outermost as (
    select reached.*
    from reached
    anti join (
        select nested.release_id, nested.service, nested.method, nested.route, outer_reach.target_service, outer_reach.target
        from {{ ref('int_endpoints__nested') }} as nested
        join reached as outer_reach
            on nested.release_id = outer_reach.release_id and nested.outer_service = outer_reach.service
            and nested.outer_method = outer_reach.method and nested.outer_route = outer_reach.route
    ) as spoken_for using (release_id, service, method, route, target_service, target)
),

final as (
    select
        release_id,
        'new_reach' as trigger,
        service,
        method,
        route,
        string_agg(distinct target, ', ' order by target) as subject,
        'first reached in this release: '
        || string_agg(
            distinct target || if(target_kind = 'service', '', ' in ' || target_service)
            || if(is_observed, ' (observed)', ' (told by the source)'), ', '
            order by target || if(target_kind = 'service', '', ' in ' || target_service)
            || if(is_observed, ' (observed)', ' (told by the source)')
        )
        || coalesce(
            '; outside value seen there: ' || max_by(outside_parameter || '=' || outside_value || ' → ' || statement[:160], (calls, outside_parameter, outside_value, statement))
                filter (where outside_parameter is not null),
            ''
        ) as figures,
        if(bool_or(outside_parameter is not null), 'strong', 'normal') as strength
    from outermost
    group by all
)

select * from final
