{# The rule that speaks for a finding: the gravest, and among equals the one that is surest. #}
with evidence as (
    select release_id, key_id, rule_id, weakness_class, kind, severity, confidence from {{ ref('int_evidence__joined') }}
),

severities as (
    select * from {{ ref('severities') }}
),

classes as (
    select weakness_class, min(cwe) as cwe, min(title) as title
    from {{ ref('weakness_classes') }}
    group by weakness_class
),

ranked as (
    select
        evidence.*,
        severities.severity_order,
        case confidence when 'high' then 1 when 'medium' then 2 else 3 end as confidence_order,
        case kind when 'flaw' then 1 when 'known_vulnerability' then 2 when 'bad_practice' then 3 else 4 end as kind_order
    from evidence
    left join severities using (severity)
),

gravest as (
    select
        release_id,
        key_id,
        any_value(weakness_class) as weakness_class,
        arg_min(kind, kind_order) as kind,
        arg_min(severity, severity_order) as severity,
        arg_min(confidence, confidence_order) as confidence,
        arg_min(rule_id, (severity_order, confidence_order, rule_id)) as rule_id,
        list_sort(list(distinct rule_id) filter (rule_id is not null)) as rule_ids
    from ranked
    group by release_id, key_id
)

select
    gravest.* exclude (rule_id, rule_ids),
    coalesce(gravest.rule_ids, []) as rule_ids,
    coalesce(rules.cwe, classes.cwe) as cwe,
    coalesce(classes.title, rules.name, gravest.weakness_class) as class_title,
    rules.name as rule_name,
    coalesce(rules.description, '') as description,
    coalesce(rules.remediation, '') as remediation,
    coalesce(rules.fix, '{}') as fix
from gravest
left join {{ ref('int_rules') }} as rules using (release_id, rule_id)
left join classes on classes.weakness_class = gravest.weakness_class
