with source as (
    select * from {{ source('raw', 'rule_verdicts') }}
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
        rule_id,
        state,
        signal,
        alternative
    from source
    where run_id in (select run_id from effective)
)

select * from final
