{# An attempt that was repeated in a later assessment counts as it went last. #}
with attempts as (
    select * from {{ ref('stg_dynamic__attempts') }}
    qualify row_number() over (
        partition by release_id, attempt_id order by assessment desc, observed_at desc, run_id
    ) = 1
),

rules as (
    select * from {{ ref('int_rules') }}
),

final as (
    select
        attempts.*,
        coalesce(rules.weakness_class, split_part(attempts.rule_id, '.', 1)) as weakness_class,
        coalesce(rules.kind, 'flaw') as kind,
        coalesce(rules.severity, '{{ var("severity_default") }}') as severity,
        rules.dynamic_form,
        rules.sink_kind,
        rules.confirm_how,
        coalesce(rules.confirm_base, 'base') as base_role,
        rules.confirm_attack as attack_role
    from attempts
    left join rules using (release_id, rule_id)
)

select * from final
