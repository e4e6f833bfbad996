{# An endpoint known from traffic alone has no code to compare; what traffic first shows need not be new code.
   Functions of services behind the endpoint count too: the share is changed lines over all lines on its flows. #}
with endpoints as (
    select * from {{ ref('int_endpoints') }}
),

pairs as (
    select * from {{ ref('int_releases__paired') }}
),

flows as (
    select
        release_id, service, method, route,
        sum(lines) as flow_lines,
        coalesce(sum(lines) filter (where change in ('new', 'changed')), 0) as changed_lines,
        list(qualified_name order by lines desc, qualified_name) filter (where change in ('new', 'changed')) as changed_functions
    from {{ ref('int_endpoint_functions__changed') }}
    group by all
),

compared as (
    select
        endpoints.release_id,
        endpoints.endpoint_id,
        endpoints.service,
        endpoints.method,
        endpoints.route,
        endpoints.status,
        previous.previous_route,
        previous.endpoint_id is not null as was_known,
        pairs.is_baseline or endpoints.status = 'shadow' as is_incomparable,
        coalesce(flows.flow_lines, 0) as flow_lines,
        coalesce(flows.changed_lines, 0) as changed_lines,
        coalesce(flows.changed_functions, []) as changed_functions
    from endpoints
    join pairs using (release_id, service)
    left join flows using (release_id, service, method, route)
    {# a handler under another route makes a new surface, even though its code is old #}
    left join {{ ref('int_endpoints__paired') }} as previous
        on endpoints.release_id = previous.release_id and endpoints.endpoint_id = previous.endpoint_id
        and previous.matched_by = 'route'
),

final as (
    select
        * exclude (is_incomparable),
        case
            when is_incomparable and not was_known then 'baseline'
            when is_incomparable then 'unchanged'
            when not was_known then 'new'
            when changed_lines > 0 then 'changed'
            else 'unchanged'
        end as change,
        if(flow_lines = 0 or is_incomparable, 0.0, changed_lines / flow_lines)::double as changed_share
    from compared
)

select * from final
