with levels as (
    unpivot {{ ref('int_risk__finding_levels') }}
    on severity, data, state, confidence, exposure, authentication, change, triage, tracking
    into name factor value level
),

weights as (
    select * from {{ ref('risk_weights') }}
),

final as (
    select
        levels.release_id,
        levels.finding_id,
        levels.factor,
        levels.level,
        weights.weight as value,
        levels.level || ': ' || weights.explanation as explanation
    from levels
    left join weights using (factor, level)
)

select * from final
