with source as (
    select * from {{ source('raw', 'runs') }}
),

final as (
    select
        run_id,
        release_id,
        assessment,
        engine,
        engine_version,
        observed_at,
        technique,
        service,
        build_id,
        status,
        reason,
        input_digest,
        records,
        started_at,
        ended_at
    from source
)

select * from final
