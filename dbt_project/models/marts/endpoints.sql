with endpoints as (
    select * from {{ ref('int_endpoints') }}
),

changed as (
    select release_id, endpoint_id, change, changed_share from {{ ref('int_endpoints__changed') }}
),

scores as (
    select release_id, subject_id as endpoint_id, risk_score from {{ ref('int_risk__scored') }} where subject_kind = 'endpoint'
),

members as (
    select
        members.release_id, members.subject_id as endpoint_id,
        count(*) as findings,
        count(*) filter (where findings.state = 'confirmed') as confirmed
    from {{ ref('int_risk__members') }} as members
    join {{ ref('int_findings__scored') }} as findings using (release_id, finding_id)
    where members.subject_kind = 'endpoint'
    group by all
),

possible as (
    select release_id, endpoint_id, count(*) as possible_functions
    from {{ ref('int_endpoint_functions__possible') }}
    group by all
),

parameters as (
    select release_id, service, method, route, list(distinct parameter order by parameter) as parameters
    from {{ ref('int_probe_plan__parameters') }}
    group by all
),

final as (
    select
        endpoints.release_id,
        endpoints.endpoint_id,
        endpoints.service,
        endpoints.method,
        endpoints.route,
        endpoints.handler,
        endpoints.file,
        endpoints.line,
        endpoints.exposure,
        endpoints.is_outside,
        endpoints.declared_by,
        endpoints.status,
        endpoints.seen_by,
        coalesce(changed.change, 'baseline') as change,
        coalesce(changed.changed_share, 0.0) as changed_share,
        coalesce(parameters.parameters, []) as parameters,
        coalesce(possible.possible_functions, 0) as possible_functions,
        coalesce(members.findings, 0) as findings,
        coalesce(members.confirmed, 0) as confirmed,
        scores.risk_score
    from endpoints
    join scores using (release_id, endpoint_id)
    left join changed using (release_id, endpoint_id)
    left join members using (release_id, endpoint_id)
    left join possible using (release_id, endpoint_id)
    left join parameters using (release_id, service, method, route)
)

select * from final
