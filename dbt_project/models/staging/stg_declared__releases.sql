with source as (
    select * from {{ source('raw', 'releases') }}
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
        system,
        name,
        previous_release_id,
        preset,
        capacity_hours,
        is_mutation_allowed,
        override_author,
        override_reason
    from source
    where run_id in (select run_id from effective)
)

select * from final
