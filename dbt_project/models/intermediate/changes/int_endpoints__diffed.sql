{# One word an endpoint, the first that holds: what became of its address, of its handler, of the code behind it, of its
   parameters. Endpoints known from traffic alone are compared by nobody. #}
with pairs as (
    select * from {{ ref('int_releases__paired') }} where not is_baseline
),

endpoints as (
    select * from {{ ref('int_endpoints') }} where status <> 'shadow'
),

paired as (
    select * from {{ ref('int_endpoints__paired') }}
),

parameters as (
    select release_id, endpoint_id, count(distinct (name, place)) as changed_parameters
    from {{ ref('int_parameters__changed') }}
    group by all
),

present as (
    select
        endpoints.release_id,
        endpoints.endpoint_id,
        endpoints.service,
        endpoints.method,
        endpoints.route,
        endpoints.handler,
        endpoints.file,
        endpoints.line,
        case
            when paired.endpoint_id is null then 'new'
            when paired.matched_by = 'handler' then 'renamed'
            when paired.is_handler_changed then 'handler_changed'
            when changed.changed_lines > 0 then 'changed'
            when parameters.changed_parameters > 0 then 'parameters_changed'
            else 'unchanged'
        end as change,
        paired.previous_method,
        paired.previous_route,
        paired.previous_handler,
        changed.changed_share,
        changed.changed_functions,
        coalesce(parameters.changed_parameters, 0) as changed_parameters
    from endpoints
    join pairs using (release_id, service)
    join {{ ref('int_endpoints__changed') }} as changed using (release_id, endpoint_id)
    left join paired using (release_id, endpoint_id)
    left join parameters using (release_id, endpoint_id)
),

removed as (
    select
        pairs.release_id, endpoints.endpoint_id, endpoints.service, endpoints.method, endpoints.route, endpoints.handler,
        endpoints.file, endpoints.line, 'removed' as change, 0.0 as changed_share, []::varchar[] as changed_functions,
        0 as changed_parameters
    from pairs
    join endpoints on pairs.previous_release_id = endpoints.release_id and pairs.service = endpoints.service
    anti join paired
        on pairs.release_id = paired.release_id and endpoints.endpoint_id = paired.previous_endpoint_id
    where pairs.has_inventory
)

select * from present
union all by name
select * from removed
