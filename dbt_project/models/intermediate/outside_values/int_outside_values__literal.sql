{# A value of the request that came in first, seen whole at the sink. #}
with hits as (
    select * from {{ ref('int_sink_hits__located') }} where outside_parameter is not null
),

queued as (
    select release_id, entry_service, path_id, true as is_queued from {{ ref('int_paths__queued') }}
)

select
    release_id, service, function_id, qualified_name, file, line, kind, shape, statement, hits, trace_id, exerciser,
    entry_service, entry_method, entry_route,
    outside_parameter as parameter,
    null::varchar as place,
    outside_value as value,
    'literal' as seen_as,
    if(coalesce(queued.is_queued, false), 'queue', 'same_request') as arrived_by,
    entry_service as source_service,
    entry_method as source_method,
    entry_route as source_route
from hits
left join queued using (release_id, entry_service, path_id)
