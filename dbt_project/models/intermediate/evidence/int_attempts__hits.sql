{# By canary, not by trace: a value that was stored and comes out later, in another trace, is found as well. #}
with attempts as (
    select * from {{ ref('int_attempts') }}
),

probes as (
    select * from {{ ref('int_probes') }} where canary != ''
),

hits as (
    select
        release_id, service, file, line, function_id, path_id, entry_service, kind, shape, statement, canaries,
        unnest(canaries) as canary
    from {{ ref('int_sink_hits__located') }}
),

final as (
    select
        attempts.release_id,
        attempts.attempt_id,
        probes.role,
        probes.is_base,
        probes.is_attack,
        hits.service,
        hits.file,
        hits.line,
        hits.function_id,
        hits.entry_service,
        hits.path_id,
        hits.shape,
        hits.statement,
        hits.canaries
    from attempts
    inner join probes using (release_id, attempt_id)
    inner join hits
        on hits.release_id = probes.release_id
        and hits.canary = probes.canary
        and hits.kind = attempts.sink_kind
)

select * from final
