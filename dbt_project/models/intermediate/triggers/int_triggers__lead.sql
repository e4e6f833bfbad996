{# High severity that is within reach and unproven, or a class that no machine can test, on an outside endpoint. What neither
   it nor its flows changed is debt: it stays in the queue and does not hold this release up. #}
with findings as (
    select * from {{ ref('int_findings__scored') }}
    where kind = 'flaw' and triage = 'open' and tracking <> 'fixed'
),

classes as (
    select weakness_class, bool_and(is_machine_testable) as is_machine_testable from {{ ref('weakness_classes') }} group by all
),

within_reach as (
    select
        findings.*,
        coalesce(not classes.is_machine_testable, false) as is_for_people,
        severity in ('{{ var("high_severities") | join("', '") }}') and state in ('reached', 'reachable', 'likely') as is_unproven
    from findings
    left join classes using (weakness_class)
),

final as (
    select
        release_id,
        'lead' as trigger,
        service,
        coalesce(entry_service, service) as entry_service,
        coalesce(method, '') as method,
        coalesce(route, '') as route,
        title || ' at ' || coalesce(file || ':' || line, method || ' ' || route) as subject,
        severity || ', ' || state || ', risk ' || round(risk_score)::int
        || if(is_for_people, '; machines cannot test this class', '') || '; ' || state_reason as figures,
        if(severity = 'critical' or state in ('reached', 'likely'), 'strong', 'normal') as strength,
        finding_id,
        change = 'unchanged' as is_debt
    from within_reach
    where is_unproven or (is_for_people and is_outside and state not in ('confirmed', 'refuted'))
)

select * from final
