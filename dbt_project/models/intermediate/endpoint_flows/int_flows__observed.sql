{# Below every endpoint, also one that another service calls: paths that are equal from there on are one flow. #}
with recursive endpoints as (
    select release_id, service, method, {{ route_key('route') }} as route_key, endpoint_id from {{ ref('int_endpoints') }}
),

paths as (
    select * from {{ ref('int_paths') }}
),

nodes as (
    select
        release_id, entry_service, path_id,
        any_value(parent_path_id) as parent_path_id,
        any_value(kind) as kind,
        any_value(service) as service,
        any_value(symbol) as symbol,
        any_value(function_id) as function_id,
        any_value(file) as file,
        min(line) as line,
        any_value(method) as method,
        any_value(route) as route,
        any_value(sink_kind) as sink_kind,
        list_sort(list_distinct(flatten(list(sink_targets)))) as sink_targets,
        any_value(sink_operation) as sink_operation,
        list(distinct exerciser) as exercisers,
        sum(calls)::bigint as calls,
        sum(traces)::bigint as traces
    from paths
    group by release_id, entry_service, path_id
),

walk as (
    select
        nodes.release_id, nodes.entry_service, nodes.path_id,
        coalesce(endpoints.endpoint_id, {{ stable_id(['nodes.service', 'nodes.method', 'nodes.route']) }}) as endpoint_id,
        coalesce(endpoints.endpoint_id, {{ stable_id(['nodes.service', 'nodes.method', 'nodes.route']) }}) as flow_id,
        null::varchar as parent_flow_id,
        0 as depth
    from nodes
    left join endpoints
        on endpoints.release_id = nodes.release_id
        and endpoints.service = nodes.service
        and endpoints.method = nodes.method
        and endpoints.route_key = {{ route_key('nodes.route') }}
    where nodes.kind = 'endpoint'
    union all
    select
        walk.release_id, walk.entry_service, nodes.path_id, walk.endpoint_id,
        {{ stable_id(['walk.flow_id', 'nodes.kind', 'nodes.service', 'nodes.symbol', 'nodes.file', 'nodes.sink_operation',
            "array_to_string(nodes.sink_targets, ' ')"]) }},
        walk.flow_id,
        walk.depth + 1
    from walk
    inner join nodes
        on nodes.release_id = walk.release_id
        and nodes.entry_service = walk.entry_service
        and nodes.parent_path_id = walk.path_id
    where walk.depth < 200
)

select
    walk.release_id,
    walk.endpoint_id,
    walk.flow_id,
    min(walk.parent_flow_id) as parent_flow_id,
    min(walk.depth) as depth,
    any_value(nodes.kind) as kind,
    any_value(nodes.service) as service,
    min(nodes.symbol) as symbol,
    any_value(nodes.function_id) as function_id,
    any_value(nodes.file) as file,
    min(nodes.line) as line,
    any_value(nodes.sink_kind) as sink_kind,
    min(nodes.sink_targets) as sink_targets,
    any_value(nodes.sink_operation) as sink_operation,
    list_sort(list_distinct(flatten(list(nodes.exercisers)))) as exercisers,
    sum(nodes.calls)::bigint as calls,
    sum(nodes.traces)::bigint as traces
from walk
inner join nodes using (release_id, entry_service, path_id)
group by walk.release_id, walk.endpoint_id, walk.flow_id
