with source as (
    select * from {{ source('raw', 'rules') }}
),

effective as (
    select run_id from {{ ref('stg_runs__effective') }}
),

final as (
    select
        run_id,
        release_id,
        assessment,
        engine,
        engine_version,
        observed_at,
        rule_id,
        weakness_class,
        name,
        cwe,
        severity,
        confidence,
        kind,
        description,
        remediation,
        fix,
        parts,
        dynamic_form,
        locations,
        safety,
        max_requests,
        sink_kind,
        confirm_how,
        confirm_base,
        confirm_attack
    from source
    where run_id in (select run_id from effective)
)

select * from final
