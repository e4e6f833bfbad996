with source as (
    select * from {{ source('raw', 'traced_services') }}
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
        exerciser,
        spans,
        traces,
        functions,
        dropped,
        requests,
        routed,
        located,
        statements,
        raw_statements,
        sampled
    from source
    where run_id in (select run_id from effective)
)

select * from final
