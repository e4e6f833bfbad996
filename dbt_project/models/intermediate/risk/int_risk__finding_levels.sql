{# On which level of each factor a finding stands, and why. #}
with findings as (
    select * from {{ ref('int_findings__tracked') }}
),

services as (
    select release_id, service, exposure from {{ ref('stg_declared__services') }}
),

classes as (
    select weakness_class, any_value(sink_kind) as sink_kind from {{ ref('weakness_classes') }} group by all
),

storing as (
    select distinct release_id, service, file, function from {{ ref('stg_inventory__statements') }}
),

attempts as (
    select ids.release_id, ids.finding_id, bool_or(attempts.identity is null) as is_anonymous
    from {{ ref('int_attempts__judged') }} as attempts
    join {{ ref('int_evidence__joined') }} as evidence using (release_id, attempt_id)
    join {{ ref('int_findings__ids') }} as ids using (release_id, key_id)
    where attempts.verdict = 'confirmed'
    group by all
),

final as (
    select
        findings.release_id,
        findings.finding_id,
        findings.severity,
        case
            when classes.sink_kind = 'sql' or storing.function is not null then 'datastore'
            when classes.sink_kind in ('file', 'exec', 'deserialize', 'eval', 'template') then 'file'
            else 'none'
        end as data,
        findings.state,
        if(findings.state = 'confirmed', 'proven', findings.confidence) as confidence,
        case
            when entries.exposure = 'internet' then if(findings.entry_service = findings.service, 'internet', 'reached')
            when findings.entry_service <> findings.service and entries.exposure = 'partner' then 'partner'
            when services.exposure in ('internet', 'partner') then services.exposure
            when findings.is_outside then 'reached'
            else 'internal'
        end as exposure,
        case when attempts.is_anonymous then 'anonymous' when not attempts.is_anonymous then 'identity' else 'unknown' end
            as authentication,
        changed.change,
        findings.triage,
        if(findings.tracking = 'fixed', 'fixed', 'present') as tracking
    from findings
    join {{ ref('int_findings__changed') }} as changed using (release_id, finding_id)
    left join services using (release_id, service)
    left join services as entries on findings.release_id = entries.release_id and findings.entry_service = entries.service
    left join classes using (weakness_class)
    left join storing using (release_id, service, file, function)
    left join attempts using (release_id, finding_id)
)

select * from final
