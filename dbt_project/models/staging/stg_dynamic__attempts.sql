with source as (
    select * from {{ source('raw', 'attempts') }}
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
        attempt_id,
        rule_id,
        method,
        route,
        parameter,
        place,
        identity,
        plan_rank,
        status,
        controls_sound
    from source
    where run_id in (select run_id from effective)
)

select * from final
