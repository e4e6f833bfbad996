{# Complete runs only. What people or traffic add accumulates, each input once; all else is replaced by its newest run. #}
{{ config(materialized='table') }}

with runs as (
    select * from {{ ref('stg_runs') }} where status = 'complete'
),

grouped as (
    select
        *,
        technique in ('dynamic', 'fuzz', 'trace', 'manual') as is_accumulating
    from runs
),

final as (
    select * exclude (is_accumulating)
    from grouped
    qualify row_number() over (
        partition by release_id, technique, engine, service, case when is_accumulating then input_digest end
        order by assessment desc, ended_at desc, run_id
    ) = 1
)

select * from final
