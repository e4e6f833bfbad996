{# The preset of the release, and above it what the manifest says otherwise. #}
with releases as (
    select release_id, preset from {{ ref('int_releases') }}
),

presets as (
    select * from {{ ref('policy_presets') }}
),

deviations as (
    select release_id, condition, any_value(outcome) as outcome from {{ ref('stg_declared__policy_rules') }} group by all
),

final as (
    select
        releases.release_id,
        presets.condition,
        coalesce(deviations.outcome, presets.outcome) as outcome,
        deviations.outcome is not null as is_deviation
    from releases
    join presets using (preset)
    left join deviations using (release_id, condition)
)

select * from final
