with source as (
    select * from {{ source('raw', 'call_paths') }}
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
        parent_path_id,
        depth,
        kind,
        symbol,
        file,
        line,
        method,
        route,
        entry_service,
        entry_method,
        entry_route,
        exerciser,
        sink_kind,
        sink_targets,
        sink_operation,
        calls,
        traces
    from source
    where run_id in (select run_id from effective)
)

select * from final
