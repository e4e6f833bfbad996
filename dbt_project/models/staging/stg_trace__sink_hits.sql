with source as (
    select * from {{ source('raw', 'sink_hits') }}
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
        path_id,
        trace_id,
        kind,
        function,
        file,
        line,
        shape,
        statement,
        targets,
        operation,
        canaries,
        outside_parameter,
        outside_value,
        exerciser,
        entry_service,
        entry_method,
        entry_route,
        hits
    from source
    where run_id in (select run_id from effective)
)

select * from final
