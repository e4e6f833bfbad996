{# Which findings make up the score of an endpoint, a service and the release. #}
with findings as (
    select * from {{ ref('int_findings__scored') }} where risk_score > 0
),

on_flows as (
    select findings.release_id, flows.endpoint_id as subject_id, findings.finding_id
    from findings
    join {{ ref('int_endpoint_functions') }} as flows
        on findings.release_id = flows.release_id and findings.function_id = flows.function_id
),

at_endpoints as (
    select findings.release_id, endpoints.endpoint_id as subject_id, findings.finding_id
    from findings
    join {{ ref('int_endpoints') }} as endpoints
        on findings.release_id = endpoints.release_id
        and coalesce(findings.entry_service, findings.service) = endpoints.service
        and findings.method = endpoints.method and findings.route = endpoints.route
),

members as (
    select 'endpoint' as subject_kind, * from (select * from on_flows union select * from at_endpoints)
    union all by name
    select 'service' as subject_kind, release_id, service as subject_id, finding_id from findings
    union all by name
    select 'release' as subject_kind, release_id, release_id as subject_id, finding_id from findings
),

final as (
    select members.*, findings.service, findings.title, findings.risk_score
    from members
    join findings using (release_id, finding_id)
)

select * from final
