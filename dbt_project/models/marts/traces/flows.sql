{# O(distinct paths), whatever the traffic. Where nobody went, the depth is that of the shortest way in the call graph. #}
with observed as (
    select *, true as is_observed from {{ ref('int_flows__observed') }}
),

possible as (
    select *, false as is_observed from {{ ref('int_flows__possible') }}
),

told as (
    select told.*, coalesce(observed.depth, possible.depth) + 1 as depth, false as is_observed
    from {{ ref('int_flows__told') }} as told
    left join observed
        on observed.release_id = told.release_id
        and observed.endpoint_id = told.endpoint_id
        and observed.flow_id = told.parent_flow_id
    left join possible
        on possible.release_id = told.release_id
        and possible.endpoint_id = told.endpoint_id
        and possible.flow_id = told.parent_flow_id
),

addresses as (
    select release_id, map_from_entries(list({'k': host, 'v': 'service:' || service})) as services
    from {{ ref('int_addresses') }}
    group by release_id
),

final as (
    select * from observed
    union all by name
    select * from possible
    union all by name
    select * from told
)

select
    release_id,
    endpoint_id,
    flow_id,
    parent_flow_id,
    depth::integer as depth,
    kind,
    service,
    symbol,
    function_id,
    file,
    line::integer as line,
    sink_kind,
    {# a host that is a service of the system is called by that name #}
    coalesce(list_sort(list_distinct(list_transform(sink_targets, lambda target: if(starts_with(target, 'host:'), coalesce(
        addresses.services[{{ plain_host('target[6:]') }}], addresses.services[lower(split_part(target[6:], ':', 1))], target
    ), target)))), []) as sink_targets,
    sink_operation,
    is_observed,
    coalesce(exercisers, []) as exercisers,
    coalesce(calls, 0) as calls,
    coalesce(traces, 0) as traces
from final
left join addresses using (release_id)
