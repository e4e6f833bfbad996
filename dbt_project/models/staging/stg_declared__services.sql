with source as (
    select * from {{ source('raw', 'services') }}
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
        version,
        build_id,
        source_digest,
        language,
        exposure,
        owner,
        base_url,
        is_released,
        has_source,
        datastores
    from source
    where run_id in (select run_id from effective)
)

select * from final
