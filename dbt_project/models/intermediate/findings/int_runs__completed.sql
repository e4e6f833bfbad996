{# The newest run of an engine decides: one that failed now counts as failed, whatever it did before. #}
with runs as (
    select * from {{ ref('stg_runs') }}
),

newest as (
    select release_id, technique, engine, service, status, case when technique = 'imported' then engine end as tool
    from runs
    qualify row_number() over (
        partition by release_id, technique, engine, service order by assessment desc, ended_at desc, run_id
    ) = 1
)

select release_id, technique, service as run_service, tool
from newest
group by release_id, technique, service, tool
having bool_and(status = 'complete')
