with services as (
    select * from {{ ref('stg_declared__services') }}
),

scores as (
    select release_id, subject_id as service, risk_score, uncertainty from {{ ref('int_risk__scored') }} where subject_kind = 'service'
),

endpoints as (
    select release_id, service, count(*) as endpoints from {{ ref('int_endpoints') }} group by all
),

findings as (
    select release_id, service, count(*) as findings, count(*) filter (where state = 'confirmed') as confirmed
    from {{ ref('int_findings__scored') }}
    where tracking <> 'fixed'
    group by all
),

gaps as (
    select release_id, service, count(*) as gaps from {{ ref('int_gaps__asked') }} group by all
),

final as (
    select
        services.release_id,
        services.service,
        services.version,
        services.exposure,
        services.owner,
        services.language,
        services.datastores,
        services.is_released,
        services.base_url,
        coalesce(endpoints.endpoints, 0) as endpoints,
        coalesce(findings.findings, 0) as findings,
        coalesce(findings.confirmed, 0) as confirmed,
        coalesce(gaps.gaps, 0) as gaps,
        scores.risk_score,
        coalesce(scores.uncertainty, 1.0) as uncertainty,
        previous.risk_score as previous_risk_score
    from services
    join {{ ref('int_releases') }} as releases using (release_id)
    join scores using (release_id, service)
    left join endpoints using (release_id, service)
    left join findings using (release_id, service)
    left join gaps using (release_id, service)
    left join scores as previous on releases.previous_release_id = previous.release_id and services.service = previous.service
)

select * from final
