{# A p-norm: many small findings add up slowly, and the worst one is never hidden. #}
with subjects as (
    select release_id, 'endpoint' as subject_kind, endpoint_id as subject_id, service, method || ' ' || route as title
    from {{ ref('int_endpoints') }}
    union all by name
    select release_id, 'service' as subject_kind, service as subject_id, service, service as title
    from {{ ref('stg_declared__services') }}
    union all by name
    select release_id, 'release' as subject_kind, release_id as subject_id, '*' as service, release_name as title
    from {{ ref('int_releases') }}
),

combined as (
    select release_id, subject_kind, subject_id, {{ p_norm('risk_score') }} as risk_score
    from {{ ref('int_risk__members') }}
    group by all
),

grouped as (
    select subjects.*, coalesce(combined.risk_score, 0) as risk_score, uncertainty.uncertainty
    from subjects
    left join combined using (release_id, subject_kind, subject_id)
    left join {{ ref('int_risk__uncertainty') }} as uncertainty using (release_id, subject_kind, subject_id)
),

findings as (
    select release_id, 'finding' as subject_kind, finding_id as subject_id, service, title, risk_score
    from {{ ref('int_findings__scored') }}
),

final as (
    select * from grouped
    union all by name
    select * from findings
)

select * from final
