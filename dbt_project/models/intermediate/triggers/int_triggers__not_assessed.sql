{# Grouped by service and reason, so that a person reads why and not how often. #}
with engines as (
    select
        'engine' as cause,
        release_id, service, '' as method, '' as route, technique || ' engine ' || engine as subject,
        status || ': ' || coalesce(reason, 'no reason given') as figures,
        'strong' as strength
    from {{ ref('int_engines__status') }}
    where is_expected and status in ('failed', 'missing')
),

unrecorded as (
    select
        'recording' as cause,
        release_id, service, '' as method, '' as route, 'no recording' as subject,
        'deployed, and ' || reason as figures, 'strong' as strength
    from {{ ref('int_coverage__services') }} as coverage
    where technique = 'trace' and status in ('not_run', 'error')
        {# where the receiver itself did not run, that is the reason, once #}
        and not exists (
            select 1 from {{ ref('int_engines__status') }} as engines
            where engines.release_id = coverage.release_id and engines.service in (coverage.service, '*')
                and engines.technique = 'trace' and engines.is_expected and engines.status in ('failed', 'missing')
        )
),

undeployed as (
    select
        'deployment' as cause,
        release_id, service, '' as method, '' as route, 'not deployed on staging' as subject,
        'no base_url: neither probes nor recordings are possible, code alone was read' as figures, 'normal' as strength
    from {{ ref('stg_declared__services') }}
    where base_url is null
),

qa as (
    select
        'qa' as cause,
        release_id, '*' as service, '' as method, '' as route, 'QA ' || replace(status, '_', ' ') as subject,
        case status
            when 'failed' then failed || ' of ' || tests || ' tests failed: ' || failed_names[:200]
            when 'absent' then 'neither a verdict nor traffic of QA'
            else tests || ' tests passed and none of their traffic was recorded'
        end as figures,
        'strong' as strength
    from {{ ref('int_qa__status') }}
    where status <> 'passed'
),

unprobed as (
    select
        'probes' as cause,
        coverage.release_id, coverage.service, '' as method, '' as route,
        'outside endpoints without a dynamic test: ' || coverage.reason as subject,
        count(*) || if(count(*) = 1, ' endpoint: ', ' endpoints: ')
        || array_to_string(list(coverage.subject order by coverage.subject)[:5], ', ') || if(count(*) > 5, ' …', '') as figures,
        'normal' as strength
    from {{ ref('int_coverage__endpoints') }} as coverage
    semi join (select * from {{ ref('int_endpoints') }} where is_outside) as endpoints
        using (release_id, service, method, route)
    where coverage.technique = 'dynamic' and coverage.status in ('not_run', 'error', 'out_of_scope')
    group by coverage.release_id, coverage.service, coverage.reason
),

final as (
    select *, 'not_assessed' as trigger
    from (
        select * from engines
        union all by name
        select * from unrecorded
        union all by name
        select * from undeployed
        union all by name
        select * from qa
        union all by name
        select * from unprobed
    )
)

select * from final
