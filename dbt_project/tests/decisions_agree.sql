{# The decision is that of the gravest reason, unless it was overridden; the exit status goes with it. #}
with gravest as (
    select release_id, min_by(outcome, outcome_rank) as outcome
    from {{ ref('decision_reasons') }}
    join {{ ref('outcomes') }} using (outcome)
    group by all
)

select releases.release_id, releases.decision, gravest.outcome
from {{ ref('releases') }} as releases
left join gravest using (release_id)
join {{ ref('outcomes') }} as outcomes on outcomes.outcome = coalesce(gravest.outcome, 'note')
where (not releases.is_overridden and releases.decision <> outcomes.decision)
    or (releases.is_overridden and releases.decision <> 'ship')
    or releases.exit_code <> (select any_value(exit_code) from {{ ref('outcomes') }} where decision = releases.decision)
