{# Of a finding the factors that are multiplied, of everything else the findings that are combined. #}
with factors as (
    select release_id, 'finding' as subject_kind, finding_id as subject_id, factor, value, explanation
    from {{ ref('int_risk__finding_factors') }}
),

members as (
    select
        release_id, subject_kind, subject_id, 'finding:' || finding_id as factor, risk_score as value,
        title || ' in ' || service as explanation
    from {{ ref('int_risk__members') }}
),

final as (
    select * from factors
    union all by name
    select * from members
)

select * from final
