with source as (
    select * from {{ source('raw', 'match_steps') }}
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
        flow,
        step,
        step_file,
        step_line,
        step_column,
        message
    from source
    where run_id in (select run_id from effective)
)

select * from final
