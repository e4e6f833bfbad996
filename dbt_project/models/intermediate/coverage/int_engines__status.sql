{# Only runs of the current assessment count: older evidence does not make up for an engine that did not run now. #}
with releases as (
    select release_id, assessment from {{ ref('int_releases') }}
),

runs as (
    select stg.*
    from {{ ref('stg_runs') }} as stg
    join releases using (release_id, assessment)
    qualify row_number() over (
        partition by release_id, service, technique, engine order by ended_at desc, status = 'complete' desc, run_id
    ) = 1
),

expected as (
    select distinct release_id, service, technique, expected_engine as engine
    from {{ ref('stg_declared__expected_engines') }}
),

answered as (
    select
        expected.*,
        coalesce(runs.status, 'missing') as status,
        case when runs.run_id is null then 'the engine did not run in this assessment' else runs.reason end as reason,
        runs.run_id,
        runs.records,
        runs.started_at,
        runs.ended_at
    from expected
    left join runs
        on expected.release_id = runs.release_id and expected.technique = runs.technique and expected.engine = runs.engine
        and (expected.service = runs.service or '*' in (expected.service, runs.service))
    qualify row_number() over (
        partition by expected.release_id, expected.service, expected.technique, expected.engine
        order by runs.status in ('failed', 'skipped') desc, runs.service = '*', runs.ended_at desc
    ) = 1
),

unexpected as (
    select release_id, service, technique, engine, status, reason, run_id, records, started_at, ended_at
    from runs
    anti join answered using (run_id)
),

final as (
    select *, true as is_expected from answered
    union all by name
    select *, false as is_expected from unexpected
)

select * from final
