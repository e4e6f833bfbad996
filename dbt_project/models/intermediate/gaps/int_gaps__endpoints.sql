{# One gap an endpoint: the first that holds. Where nothing is deployed, nothing but the code could be looked at. #}
with endpoints as (
    select
        endpoints.*,
        services.base_url,
        list_has_any(endpoints.seen_by, ['qa', 'import']) as is_seen_by_qa,
        list_contains(endpoints.seen_by, 'dast') as is_traced_by_dast
    from {{ ref('int_endpoints') }} as endpoints
    join {{ ref('stg_declared__services') }} as services using (release_id, service)
    where endpoints.route <> ''
        {# no inventory knows endpoints of other protocols: that no source declares them says nothing #}
        and endpoints.method not in ('{{ var("other_protocols") | join("', '") }}')
),

limits as (
    select release_id, service, min(trace_limits.explanation) as explanation
    from {{ ref('int_traces__limits') }}
    join {{ ref('trace_limits') }} as trace_limits using (limited_by)
    where limited_by in ('sampled', 'spans_lost')
    group by all
),

dynamic as (
    select release_id, service, method, route, status, reason from {{ ref('int_coverage__endpoints') }} where technique = 'dynamic'
),

scores as (
    select release_id, subject_id as endpoint_id, risk_score from {{ ref('int_risk__scored') }} where subject_kind = 'endpoint'
),

told as (
    select
        endpoints.*,
        dynamic.reason,
        endpoints.is_traced_by_dast or dynamic.status in ('pass', 'fail') as is_seen_by_dast,
        case
            when endpoints.status = 'shadow' then 'shadow_endpoint'
            when endpoints.status = 'documented_only' then 'documented_only'
            when len(endpoints.seen_by) = 0 and not is_seen_by_dast then 'endpoint_without_traffic'
            when not is_seen_by_qa then 'reached_by_dast_not_qa'
            when not is_seen_by_dast and dynamic.status <> 'not_applicable' then 'reached_by_qa_not_dast'
        end as gap
    from endpoints
    join dynamic using (release_id, service, method, route)
),

final as (
    select
        told.release_id,
        told.gap,
        told.service,
        told.method || ' ' || told.route || case told.gap
            when 'shadow_endpoint' then ' answers and no source declares it'
            when 'documented_only' then ' is documented and no source implements it'
            when 'endpoint_without_traffic' then ' was never called'
            when 'reached_by_dast_not_qa' then ' is reached by probes, not by QA'
            else ' is reached by QA, not by probes'
        end as title,
        case told.gap
            when 'shadow_endpoint' then 'seen by ' || array_to_string(told.seen_by, ', ')
            when 'documented_only' then 'declared by ' || array_to_string(told.declared_by, ', ')
            when 'endpoint_without_traffic' then if(told.base_url is null, 'the service is not deployed on staging', 'not by QA; not by probes: ' || told.reason || coalesce('; ' || limits.explanation, ''))
            when 'reached_by_dast_not_qa' then 'its intended use was never recorded'
            else told.reason
        end as detail,
        told.service as entry_service,
        told.method,
        told.route,
        told.handler as function,
        told.file,
        told.line,
        coalesce(scores.risk_score, 0) as risk_score
    from told
    left join scores using (release_id, endpoint_id)
    left join limits using (release_id, service)
    where told.gap is not null
)

select * from final
