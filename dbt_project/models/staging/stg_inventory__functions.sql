with source as (
    select * from {{ source('raw', 'functions') }}
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
        qualified_name,
        module,
        file,
        start_line,
        end_line,
        body_hash,
        line_count,
        language,
        kind
    from source
    where run_id in (select run_id from effective)
)

select * from final
