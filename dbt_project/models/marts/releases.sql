with releases as (
    select * from {{ ref('int_releases') }}
),

scores as (
    select release_id, risk_score, uncertainty from {{ ref('int_risk__scored') }} where subject_kind = 'release'
),

final as (
    select
        releases.release_id,
        releases.system,
        releases.release_name,
        releases.previous_release_id,
        releases.assessment,
        outcomes.decision,
        outcomes.exit_code,
        scores.risk_score,
        scores.risk_score - previous.risk_score as risk_change,
        coalesce(scores.uncertainty, 1.0) as uncertainty,
        releases.preset,
        outcomes.blocking,
        outcomes.person,
        outcomes.not_assessed,
        outcomes.noted,
        outcomes.is_overridden,
        releases.is_baseline,
        releases.assessed_at
    from releases
    join {{ ref('int_decision__outcomes') }} as outcomes using (release_id)
    join scores using (release_id)
    left join scores as previous on releases.previous_release_id = previous.release_id
)

select * from final
