with source as (
    select * from {{ source('raw', 'covered_lines') }}
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
        format,
        test,
        file,
        start_line,
        end_line
    from source
    where run_id in (select run_id from effective)
)

select * from final
