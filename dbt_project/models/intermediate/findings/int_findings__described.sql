with findings as (
    select * from {{ ref('int_findings') }}
),

services as (
    select release_id, service, exposure from {{ ref('stg_declared__services') }}
),

final as (
    select
        findings.*,
        rules.weakness_class,
        case
            when rules.kind = 'known_vulnerability' then rules.class_title || ': ' || findings.subject
            when findings."function" is not null then rules.class_title || ' in ' || findings."function"
            when findings.file is not null then rules.class_title || ' in ' || findings.file
            when rules.kind = 'bad_practice' then coalesce(rules.rule_name, rules.class_title)
            when findings.route is not null
                then rules.class_title || ' at ' || findings.method || ' ' || findings.route
                    || coalesce(' (' || coalesce(findings.parameter, findings.subject) || ')', '')
            else rules.class_title
        end as title,
        rules.cwe,
        rules.severity,
        rules.confidence,
        rules.kind,
        rules.rule_ids,
        rules.description,
        rules.remediation,
        rules.fix,
        states.state,
        states.state_reason,
        tried.tried,
        tried.not_tried,
        coalesce(reach.is_outside, endpoints.is_outside, false)
            or (findings.route is null and coalesce(services.exposure in ('{{ var("outside_exposures") | join("', '") }}'), false))
            as is_outside
    from findings
    inner join {{ ref('int_findings__rules') }} as rules using (release_id, key_id)
    inner join {{ ref('int_findings__states') }} as states using (release_id, key_id)
    inner join {{ ref('int_findings__tried') }} as tried using (release_id, key_id)
    left join {{ ref('int_findings__reach') }} as reach using (release_id, key_id)
    left join {{ ref('int_endpoints') }} as endpoints
        on endpoints.release_id = findings.release_id
        and endpoints.service = findings.entry_service
        and endpoints.method = findings.method
        and endpoints.route = findings.route
    left join services on services.release_id = findings.release_id and services.service = findings.service
)

select * from final
