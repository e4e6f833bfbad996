with source as (
    select * from {{ source('raw', 'fuzz_cases') }}
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
        case_id,
        method,
        route,
        element,
        request,
        trace_id,
        outcome,
        status,
        elapsed_ms,
        is_anomaly,
        explanation
    from source
    where run_id in (select run_id from effective)
)

select * from final
