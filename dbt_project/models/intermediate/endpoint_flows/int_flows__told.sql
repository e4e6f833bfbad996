{# Tables that the source of a function on the flows names, and that no trace of this endpoint shows there. #}
with places as (
    select * from {{ ref('int_flows__functions') }}
),

statements as (
    select
        release_id,
        {{ stable_id(['service', 'file', '"function"']) }} as function_id,
        service, file, operation,
        min(line) as line,
        list_distinct(flatten(list(tables))) as tables
    from {{ ref('stg_inventory__statements') }}
    group by all
),

seen as (
    select release_id, endpoint_id, function_id, list_distinct(flatten(list(sink_targets))) as targets
    from {{ ref('int_flows__observed') }}
    where kind = 'sink' and function_id is not null
    group by all
),

told as (
    select
        places.release_id, places.endpoint_id, places.function_id,
        places.flow_id as parent_flow_id,
        statements.service, statements.file, statements.line, statements.operation,
        list_sort(list_filter(
            list_transform(statements.tables, lambda name: 'table:' || regexp_replace(name, '^table:', '')),
            lambda target: not list_contains(coalesce(seen.targets, []), target)
        )) as targets
    from places
    inner join statements using (release_id, function_id)
    left join seen using (release_id, endpoint_id, function_id)
)

select
    release_id, endpoint_id,
    {{ stable_id(['parent_flow_id', "'told'", 'operation']) }} as flow_id,
    parent_flow_id,
    'sink' as kind,
    service,
    'sql' as symbol,
    function_id, file, line,
    'sql' as sink_kind,
    targets as sink_targets,
    operation as sink_operation
from told
where len(targets) > 0
