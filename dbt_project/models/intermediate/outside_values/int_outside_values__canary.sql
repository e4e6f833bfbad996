{# A canary names the probe that sent it: in another trace than that of the probe it was kept and came out later. #}
with hits as (
    select
        release_id, service, function_id, qualified_name, file, line, kind, shape, statement, hits, trace_id, exerciser,
        path_id, entry_service, entry_method, entry_route, unnest(canaries) as canary
    from {{ ref('int_sink_hits__located') }}
),

probes as (
    select release_id, canary, any_value(attempt_id) as attempt_id, list(distinct trace_id) as trace_ids
    from {{ ref('int_probes') }}
    where canary <> ''
    group by release_id, canary
),

attempts as (
    select release_id, attempt_id, service, method, route, parameter, place from {{ ref('int_attempts') }}
),

queued as (
    select release_id, entry_service, path_id, true as is_queued from {{ ref('int_paths__queued') }}
)

select
    hits.* exclude (canary, path_id),
    attempts.parameter,
    attempts.place,
    hits.canary as value,
    'canary' as seen_as,
    case
        when queued.is_queued then 'queue'
        when probes.canary is null then 'unknown'
        when list_contains(probes.trace_ids, hits.trace_id) then 'same_request'
        else 'earlier_request'
    end as arrived_by,
    attempts.service as source_service,
    attempts.method as source_method,
    attempts.route as source_route
from hits
left join probes using (release_id, canary)
left join attempts using (release_id, attempt_id)
left join queued using (release_id, entry_service, path_id)
