{# Rules as the newest release knew them, with what they found there. #}
with releases as (
    select release_id, row_number() over (order by assessed_at desc, release_id) = 1 as is_newest from {{ ref('int_releases') }}
),

newest as (
    select rules.*
    from {{ ref('int_rules') }} as rules
    join releases using (release_id)
    qualify row_number() over (partition by rules.rule_id order by releases.is_newest desc, rules.release_id desc) = 1
),

findings as (
    select rule_id, count(*) as findings
    from (
        select unnest(rule_ids) as rule_id
        from {{ ref('int_findings__scored') }}
        semi join (select release_id from releases where is_newest) using (release_id)
        where tracking <> 'fixed'
    )
    group by all
),

final as (
    select
        newest.rule_id, newest.weakness_class, newest.name, newest.cwe, newest.severity, newest.confidence, newest.kind,
        newest.description, newest.remediation, newest.fix, newest.parts, coalesce(findings.findings, 0) as findings
    from newest
    left join findings using (rule_id)
)

select * from final
