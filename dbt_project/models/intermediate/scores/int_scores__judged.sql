{# Every truth in every scope, reported or not. #}
with truth as (
    select * from {{ ref('int_scores__truth') }}
),

scopes as (
    select unnest(['static', 'dynamic', 'trace', 'correlation', 'correlation_confirmed']) as scope
),

matched as (
    select
        release_id, truth_id, scope, count(*) as reports,
        min_by(matched.finding_id, (coalesce(states.state_order, 99), matched.finding_id)) as finding_id,
        min_by(matched.state, (coalesce(states.state_order, 99), matched.finding_id)) as state
    from {{ ref('int_scores__matched') }} as matched
    left join {{ ref('states') }} as states using (state)
    group by all
),

final as (
    select
        truth.release_id,
        truth.truth_id,
        truth.is_real,
        truth.coverage,
        scopes.scope,
        matched.reports is not null as is_reported,
        matched.finding_id,
        matched.state,
        truth.expected_state,
        truth.expected_trigger,
        case
            when truth.is_real and matched.reports is not null then 'TP'
            when truth.is_real then 'FN'
            when matched.reports is not null then 'FP'
            else 'TN'
        end as verdict
    from truth
    cross join scopes
    left join matched using (release_id, truth_id, scope)
)

select * from final
