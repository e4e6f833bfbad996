{# Static analysis sees a flaw, and no engine and no QA test ever went there. The endpoint named is one whose code leads there. #}
with unseen as (
    select * from {{ ref('int_coverage__functions') }} where status = 'not_run'
),

findings as (
    select * from {{ ref('int_findings__scored') }} where tracking <> 'fixed' and kind = 'flaw'
),

entries as (
    select release_id, function_id, entry_service, entry_method, entry_route
    from {{ ref('int_endpoint_functions') }}
    qualify row_number() over (
        partition by release_id, function_id order by is_outside desc, is_observed desc, entry_service, entry_route, entry_method
    ) = 1
),

final as (
    select
        findings.release_id,
        'finding_without_traffic' as gap,
        findings.service,
        any_value(findings.function) || ' holds ' || string_agg(distinct findings.title, ', ' order by findings.title)
        || ' and was never seen running' as title,
        any_value(findings.file) || ': ' || any_value(unseen.reason)
        || coalesce('; reachable from ' || any_value(entries.entry_method || ' ' || entries.entry_route), '; no endpoint is known to lead there')
            as detail,
        arg_min(findings.finding_id, (-findings.risk_score, findings.finding_id)) as finding_id,
        any_value(entries.entry_service) as entry_service,
        any_value(entries.entry_method) as method,
        any_value(entries.entry_route) as route,
        any_value(findings.function) as function,
        any_value(findings.file) as file,
        arg_min(findings.line, (-findings.risk_score, findings.finding_id)) as line,
        max(findings.risk_score) as risk_score
    from findings
    join unseen using (release_id, function_id)
    left join entries using (release_id, function_id)
    group by findings.release_id, findings.service, findings.function_id
)

select * from final
