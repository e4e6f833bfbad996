with scores as (
    select release_id, subject_id as service, risk_score from {{ ref('int_risk__scored') }} where subject_kind = 'service'
),

untraced as (
    select
        release_id, 'service_without_trace' as gap, service,
        service || ' has no recording' as title,
        if(base_url is null, 'not deployed on staging', 'deployed, and no QA or import traffic was recorded') as detail
    from {{ ref('int_services__recorded') }}
    where not is_recorded
),

engines as (
    select
        release_id, 'engine_failed' as gap, service,
        technique || ' engine ' || engine || ' ' || status || if(service = '*', '', ' for ' || service) as title,
        coalesce(reason, 'no reason given') as detail
    from {{ ref('int_engines__status') }}
    where is_expected and status in ('failed', 'missing')
),

files as (
    select
        release_id, 'files_skipped' as gap, service,
        technique || ' skipped ' || count(*) || if(count(*) = 1, ' file: ', ' files: ') || reason as title,
        array_to_string(list(subject order by subject)[:5], ', ') || if(count(*) > 5, ' …', '') || ': ' || any_value(explanation) as detail
    from {{ ref('stg_landing__skips') }}
    where subject_kind = 'file' and reason <> 'no_code'
    group by release_id, service, technique, reason
),

final as (
    select gaps.*, coalesce(scores.risk_score, 0) as risk_score
    from (
        select * from untraced
        union all by name
        select * from engines
        union all by name
        select * from files
    ) as gaps
    left join scores using (release_id, service)
)

select * from final
