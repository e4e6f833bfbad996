with source as (
    select * from {{ source('raw', 'match_origins') }}
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
        service,
        build_id,
        rule_id,
        file,
        start_line,
        start_column,
        tool,
        tool_version,
        tool_rule,
        fingerprint,
        logical_location,
        baseline,
        suppression,
        suppression_reason
    from source
    where run_id in (select run_id from effective)
)

select * from final
