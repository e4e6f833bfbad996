with releases as (
    select * from {{ ref('int_releases') }}
),

baseline as (
    select
        release_id, 'baseline' as condition,
        'first release of ' || system || ': a baseline' as title,
        'nothing to compare with; triggers that need a predecessor are suppressed' as detail
    from releases
    where is_baseline
),

override as (
    select
        release_id, 'override' as condition,
        'emergency override by ' || override_author as title,
        override_reason as detail
    from releases
    where nullif(trim(override_author), '') is not null and nullif(trim(override_reason), '') is not null
),

final as (
    select *, '*' as service, 'engine' as subject_kind, release_id as subject_id, 0.0 as risk_score
    from (select * from baseline union all by name select * from override)
)

select * from final
