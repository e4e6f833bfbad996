with source as (
    select * from {{ source('raw', 'probes') }}
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
        attempt_id,
        role,
        ordinal,
        trace_id,
        canary,
        method,
        url,
        curl,
        outcome,
        status,
        elapsed_ms,
        response_bytes,
        response_excerpt
    from source
    where run_id in (select run_id from effective)
)

select * from final
