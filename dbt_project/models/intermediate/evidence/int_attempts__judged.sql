with attempts as (
    select * from {{ ref('int_attempts') }}
),

verdicts as (
    select verdicts.release_id, verdicts.attempt_id, arg_min(verdicts.state, states.state_order) as state
    from {{ ref('int_attempts__verdicts') }} as verdicts
    inner join {{ ref('states') }} as states using (state)
    group by verdicts.release_id, verdicts.attempt_id
),

signals as (
    select release_id, attempt_id, list_sort(list(signal)) as signals
    from {{ ref('int_attempts__signals') }}
    group by release_id, attempt_id
),

probes as (
    select
        release_id,
        attempt_id,
        count(*) as probes,
        coalesce(bool_or(is_traced) filter (is_base), false) as is_traced,
        coalesce(bool_and(is_traced) filter (is_base or is_attack), false) as is_fully_traced
    from {{ ref('int_probes') }}
    group by release_id, attempt_id
),

final as (
    select
        attempts.*,
        coalesce(signals.signals, []) as signals,
        coalesce(probes.probes, 0) as probes,
        coalesce(probes.is_traced, false) as is_traced,
        coalesce(probes.is_fully_traced, false) as is_fully_traced,
        case
            when verdicts.state is not null then verdicts.state
            when attempts.status = 'aborted' then 'aborted'
            when attempts.sink_kind is not null and not coalesce(probes.is_traced, false) then 'untraced'
            else 'nothing_seen'
        end as verdict
    from attempts
    left join verdicts using (release_id, attempt_id)
    left join signals using (release_id, attempt_id)
    left join probes using (release_id, attempt_id)
)

select * from final
