{# Absent means: neither a verdict nor traffic of QA or of an import. #}
with releases as (
    select release_id from {{ ref('int_releases') }}
),

results as (
    select
        release_id,
        count(*) as tests,
        count(*) filter (where outcome in ('failed', 'error')) as failed,
        string_agg(name, ', ' order by name) filter (where outcome in ('failed', 'error')) as failed_names
    from {{ ref('stg_imported__test_results') }}
    group by all
),

traffic as (
    select release_id, sum(requests) as requests
    from {{ ref('stg_trace__requests') }}
    where exerciser in ('qa', 'import')
    group by all
),

final as (
    select
        releases.release_id,
        coalesce(results.tests, 0) as tests,
        coalesce(results.failed, 0) as failed,
        results.failed_names,
        coalesce(traffic.requests, 0) as requests,
        case
            when results.failed > 0 then 'failed'
            when results.tests is null and traffic.requests is null then 'absent'
            when traffic.requests is null then 'not_recorded'
            else 'passed'
        end as status
    from releases
    left join results using (release_id)
    left join traffic using (release_id)
)

select * from final
