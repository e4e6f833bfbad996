{# What hangs on an endpoint without having been seen: the endpoint itself where nobody called it, and functions behind it. #}
with endpoints as (
    select * from {{ ref('int_endpoints') }}
),

places as (
    select * from {{ ref('int_flows__functions') }}
),

functions as (
    select release_id, function_id, service, qualified_name, file, start_line from {{ ref('int_functions') }}
),

entries as (
    select
        release_id, endpoint_id,
        endpoint_id as flow_id,
        0 as depth,
        'endpoint' as kind,
        service,
        method || ' ' || route as symbol
    from endpoints
    anti join {{ ref('int_flows__observed') }} as observed using (release_id, endpoint_id)
),

behind as (
    select
        places.release_id, places.endpoint_id, places.flow_id,
        coalesce(previous.flow_id, places.endpoint_id) as parent_flow_id,
        places.distance as depth,
        'function' as kind,
        functions.service,
        functions.qualified_name as symbol,
        functions.function_id,
        functions.file,
        functions.start_line as line
    from places
    inner join functions using (release_id, function_id)
    left join places as previous
        on previous.release_id = places.release_id
        and previous.endpoint_id = places.endpoint_id
        and previous.function_id = places.previous_id
    where not places.is_observed
)

select * from entries
union all by name
select * from behind
