with source as (
    select * from {{ source('raw', 'truth') }}
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
        truth_id,
        file,
        line,
        method,
        route,
        parameter,
        cwe,
        is_real,
        expected_state,
        expected_trigger,
        coverage
    from source
    where run_id in (select run_id from effective)
)

select * from final
