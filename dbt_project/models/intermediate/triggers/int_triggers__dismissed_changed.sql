{# A false positive stays a lead: the change may have made it true, unless it was dismissed again as it is now. #}
with findings as (
    select findings.*
    from {{ ref('int_findings__scored') }} as findings
    join {{ ref('int_releases') }} as releases using (release_id)
    where findings.triage = 'false_positive' and findings.tracking <> 'fixed' and findings.change = 'changed'
        and coalesce(findings.triaged_in_release, '') not in (releases.release_id, releases.release_name)
),

final as (
    select
        release_id,
        'dismissed_changed' as trigger,
        service,
        coalesce(entry_service, service) as entry_service,
        coalesce(method, '') as method,
        coalesce(route, '') as route,
        title || ' at ' || coalesce(file || ':' || line, method || ' ' || route) as subject,
        'dismissed by ' || coalesce(triage_author, 'unknown') || coalesce(' (' || triage_reason || ')', '')
        || '; changed since: ' || change_reason as figures,
        if(severity in ('{{ var("high_severities") | join("', '") }}'), 'strong', 'normal') as strength,
        finding_id
    from findings
)

select * from final
