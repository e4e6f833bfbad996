with source as (
    select * from {{ source('raw', 'skips') }}
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
        technique,
        subject_kind,
        subject,
        reason,
        explanation
    from source
    where run_id in (select run_id from effective)
)

select * from final
