{# Triggers that need a predecessor cannot fire on a baseline, whatever a model above thinks. #}
with fired as (
    select * from {{ ref('int_triggers__new_endpoint') }}
    union all by name
    select * from {{ ref('int_triggers__changed_endpoint') }}
    union all by name
    select * from {{ ref('int_triggers__new_reach') }}
    union all by name
    select * from {{ ref('int_triggers__new_functions') }}
    union all by name
    select * from {{ ref('int_triggers__version_step') }}
    union all by name
    select * from {{ ref('int_triggers__lead') }}
    union all by name
    select * from {{ ref('int_triggers__dismissed_changed') }}
    union all by name
    select * from {{ ref('int_triggers__anomaly') }}
    union all by name
    select * from {{ ref('int_triggers__not_assessed') }}
),

final as (
    select
        {{ stable_id(['fired.release_id', 'fired.trigger', 'fired.service', 'fired.method', 'fired.route', 'fired.subject', 'fired.finding_id']) }}
            as trigger_id,
        fired.* exclude (is_debt, entry_service),
        coalesce(fired.entry_service, fired.service) as entry_service,
        coalesce(fired.is_debt, false) as is_debt,
        weights.title,
        weights.hours,
        if(fired.strength = 'strong', weights.strong_risk, weights.normal_risk) as floor_risk
    from fired
    join {{ ref('int_releases') }} as releases using (release_id)
    join {{ ref('trigger_weights') }} as weights using (trigger)
    where not (weights.needs_predecessor and releases.is_baseline)
)

select * from final
