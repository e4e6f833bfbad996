{# Findings that a probe of the endpoint could confirm or refute: the weak code lies on its flows, or the endpoint is all that is known. #}
with findings as (
    select * from {{ ref('int_findings__scored') }} where tracking <> 'fixed'
),

on_flows as (
    select
        findings.release_id, flows.entry_service as service, flows.entry_method as method, flows.entry_route as route,
        findings.weakness_class, findings.finding_id, findings.state, findings.risk_score
    from findings
    join {{ ref('int_endpoint_functions') }} as flows
        on findings.release_id = flows.release_id and findings.function_id = flows.function_id
),

at_endpoint as (
    select
        release_id, coalesce(entry_service, service) as service, method, route, weakness_class, finding_id, state, risk_score
    from findings
    where function_id is null and route is not null
),

final as (
    select
        release_id, service, method, route, weakness_class,
        max(risk_score) as risk_score,
        arg_min(finding_id, (-risk_score, finding_id)) as finding_id,
        bool_or(state not in ('confirmed', 'refuted')) as is_unsettled
    from (select * from on_flows union all by name select * from at_endpoint)
    group by all
)

select * from final
