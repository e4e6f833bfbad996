{# The family comes from the CWE where it is known, so that rules of different packs meet. #}
with rules as (
    select * from {{ ref('stg_declared__rules') }}
),

classes as (
    select * from {{ ref('weakness_classes') }}
),

final as (
    select
        rules.release_id,
        rules.rule_id,
        coalesce(classes.weakness_class, rules.weakness_class) as weakness_class,
        rules.name,
        rules.cwe,
        rules.severity,
        rules.confidence,
        rules.kind,
        rules.description,
        rules.remediation,
        rules.fix,
        rules.parts,
        rules.dynamic_form,
        rules.locations,
        rules.safety,
        rules.max_requests,
        rules.sink_kind,
        rules.confirm_how,
        rules.confirm_base,
        rules.confirm_attack
    from rules
    left join classes using (cwe)
    qualify row_number() over (partition by rules.release_id, rules.rule_id order by rules.observed_at desc) = 1
)

select * from final
