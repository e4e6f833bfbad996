with seen as (
    select * from {{ ref('int_outside_values__literal') }}
    union all by name
    select * from {{ ref('int_outside_values__canary') }}
)

select
    release_id, service, function_id,
    qualified_name as "function",
    file,
    line::integer as line,
    kind as sink_kind,
    shape, exerciser, seen_as, arrived_by,
    parameter, place, source_service, source_method, source_route,
    entry_service, entry_method, entry_route,
    min(value) as value,
    min(statement) as statement,
    sum(hits)::bigint as hits,
    count(distinct trace_id) as traces
from seen
group by all
