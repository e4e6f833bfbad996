with source as (
    select * from {{ source('raw', 'statements') }}
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
        function,
        file,
        line,
        statement,
        operation,
        tables
    from source
    where run_id in (select run_id from effective)
)

select * from final
