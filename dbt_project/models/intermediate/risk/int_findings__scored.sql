{# Impact (severity, data) times likelihood (everything else), on 0 to 100; multiplied in a fixed order, so that equals stay equal. #}
with findings as (
    select * from {{ ref('int_findings__tracked') }}
),

scores as (
    select release_id, finding_id, 100 * list_aggregate(list(value order by factor), 'product') as risk_score
    from {{ ref('int_risk__finding_factors') }}
    group by all
),

final as (
    select findings.*, scores.risk_score, changed.is_changed, changed.change, changed.change_reason
    from findings
    join scores using (release_id, finding_id)
    join {{ ref('int_findings__changed') }} as changed using (release_id, finding_id)
)

select * from final
