{# The traces, not the values, tell that the probes were there: the statement ran for the benign and for the attacking
   probe, held neither value, and looked the same both times. #}
with attempts as (
    select * from {{ ref('int_attempts') }}
    where confirm_how = 'token_shape' and controls_sound and status = 'done'
),

probes as (
    select * from {{ ref('int_probes') }} where is_traced and (is_base or is_attack)
),

hits as (
    select * from {{ ref('int_sink_hits__located') }} where trace_id is not null
),

final as (
    select
        attempts.release_id,
        attempts.attempt_id,
        hits.service,
        hits.file,
        hits.line,
        any_value(hits.function_id) as function_id,
        min(hits.statement) as statement,
        list_sort(list(distinct {'entry_service': hits.entry_service, 'path_id': hits.path_id})) as paths
    from attempts
    inner join probes using (release_id, attempt_id)
    inner join hits
        on hits.release_id = probes.release_id
        and hits.trace_id = probes.trace_id
        and hits.kind = attempts.sink_kind
    group by attempts.release_id, attempts.attempt_id, hits.service, hits.file, hits.line
    having not bool_or(list_contains(hits.canaries, probes.canary))
        and bool_or(probes.is_base)
        and bool_or(probes.is_attack)
        and list_has_all(
            list(hits.shape) filter (probes.is_base), list(hits.shape) filter (probes.is_attack)
        )
)

select * from final
