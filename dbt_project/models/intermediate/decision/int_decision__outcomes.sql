{# The gravest reason decides; an override ships, and every reason stays in sight. #}
with releases as (
    select release_id from {{ ref('int_releases') }}
),

reasons as (
    select
        release_id,
        min(outcome_rank) as outcome_rank,
        count(*) filter (where outcome = 'block') as blocking,
        count(*) filter (where outcome = 'test_by_hand') as person,
        count(*) filter (where outcome = 'could_not_assess') as not_assessed,
        count(*) filter (where outcome = 'note') as noted,
        bool_or(kind = 'override') as is_overridden
    from {{ ref('int_decision__reasons') }}
    group by all
),

final as (
    select
        releases.release_id,
        outcomes.decision,
        outcomes.exit_code,
        coalesce(reasons.blocking, 0) as blocking,
        coalesce(reasons.person, 0) as person,
        coalesce(reasons.not_assessed, 0) as not_assessed,
        coalesce(reasons.noted, 0) as noted,
        coalesce(reasons.is_overridden, false) as is_overridden
    from releases
    left join reasons using (release_id)
    join {{ ref('outcomes') }} as outcomes
        on outcomes.outcome_rank = if(coalesce(reasons.is_overridden, false), 4, coalesce(reasons.outcome_rank, 4))
)

select * from final
