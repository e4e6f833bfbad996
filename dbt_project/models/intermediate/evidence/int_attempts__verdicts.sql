{# A state needs one alternative of the rule with every signal in it; what rests on controls needs sound ones. #}
with attempts as (
    select release_id, attempt_id, rule_id, controls_sound from {{ ref('int_attempts') }}
),

alternatives as (
    select distinct release_id, rule_id, state, alternative, signal from {{ ref('stg_declared__rule_verdicts') }}
),

signals as (
    select release_id, attempt_id, signal, true as is_seen from {{ ref('int_attempts__signals') }}
),

tracing as (
    select
        release_id,
        attempt_id,
        bool_or(is_traced) filter (is_base) as is_base_traced,
        bool_and(is_traced) filter (is_base or is_attack) as is_fully_traced
    from {{ ref('int_probes') }}
    group by release_id, attempt_id
),

checked as (
    select
        attempts.release_id,
        attempts.attempt_id,
        alternatives.state,
        alternatives.alternative,
        bool_and(coalesce(signals.is_seen, false) != starts_with(alternatives.signal, 'not ')) as is_held,
        bool_or(alternatives.signal in ('{{ var("control_signals") | join("', '") }}')) as is_control_bound,
        any_value(attempts.controls_sound) as controls_sound,
        any_value(coalesce(tracing.is_fully_traced, false)) as is_fully_traced
    from attempts
    inner join alternatives using (release_id, rule_id)
    left join signals
        on signals.release_id = attempts.release_id
        and signals.attempt_id = attempts.attempt_id
        and signals.signal = regexp_replace(alternatives.signal, '^not ', '')
    left join tracing on tracing.release_id = attempts.release_id and tracing.attempt_id = attempts.attempt_id
    group by attempts.release_id, attempts.attempt_id, alternatives.state, alternatives.alternative
)

select distinct release_id, attempt_id, state
from checked
where is_held
    and (controls_sound or not is_control_bound)
    and (state != 'refuted' or (controls_sound and is_fully_traced))
