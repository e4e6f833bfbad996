{# The runtime names its functions exactly; the line decides only where that name is not in the source. #}
with nodes as (
    select
        release_id, entry_service, entry_method, entry_route, path_id, exerciser,
        any_value(parent_path_id) as parent_path_id,
        min(depth) as depth,
        any_value(service) as service,
        any_value(kind) as kind,
        any_value(symbol) as symbol,
        any_value(file) as file,
        min(line) as line,
        any_value(method) as method,
        any_value(route) as route,
        any_value(sink_kind) as sink_kind,
        list_sort(list_distinct(flatten(list(sink_targets)))) as sink_targets,
        case
            when bool_or(sink_operation = 'destroy') then 'destroy'
            when bool_or(sink_operation = 'write') then 'write'
            else max(sink_operation)
        end as sink_operation,
        sum(calls)::bigint as calls,
        sum(traces)::bigint as traces
    from {{ ref('stg_trace__call_paths') }}
    group by all
),

functions as (
    select release_id, service, file, qualified_name, function_id from {{ ref('int_functions') }}
),

locations as (
    select * from {{ ref('int_locations') }}
),

final as (
    select
        nodes.*,
        coalesce(functions.function_id, locations.function_id) as function_id
    from nodes
    left join functions
        on functions.release_id = nodes.release_id
        and functions.service = nodes.service
        and functions.file = nodes.file
        {# of the left side alone, this condition would cost a hundredfold in a left join #}
        and functions.qualified_name = if(nodes.kind = 'function', nodes.symbol, null)
    left join locations
        on locations.release_id = nodes.release_id
        and locations.service = nodes.service
        and locations.file = nodes.file
        and locations.line = nodes.line
)

select * from final
