{# Recording is judged by what arrived of the service, not by whether the receiver ran. #}
with services as (
    select * from {{ ref('int_services__recorded') }}
),

engines as (
    select * from {{ ref('int_engines__status') }} where is_expected and technique <> 'trace'
),

traces as (
    select release_id, service, status, reason from {{ ref('int_engines__status') }} where technique = 'trace'
    qualify row_number() over (partition by release_id, service order by status in ('failed', 'missing') desc, status, reason) = 1
),

ran as (
    select
        release_id,
        service,
        technique,
        engine as subject,
        case status when 'complete' then 'pass' when 'failed' then 'error' when 'skipped' then 'not_applicable' else 'not_run' end
            as status,
        coalesce(reason, 'complete') as reason
    from engines
),

recorded as (
    select
        services.release_id,
        services.service,
        'trace' as technique,
        'recording' as subject,
        case
            when services.base_url is null then 'not_applicable'
            when services.is_recorded then 'pass'
            when coalesce(traces.status, everywhere.status) = 'failed' then 'error'
            else 'not_run'
        end as status,
        case
            when services.base_url is null then 'not deployed on staging'
            when services.is_recorded then 'recorded'
            else coalesce(traces.reason, everywhere.reason, 'no recording of QA or import traffic arrived')
        end as reason
    from services
    left join traces using (release_id, service)
    left join traces as everywhere on services.release_id = everywhere.release_id and everywhere.service = '*'
),

final as (
    select *, 'service' as subject_kind from ran
    union all by name
    select *, 'service' as subject_kind from recorded
)

select * from final
