with cases as (
    select * from {{ ref('int_cases__located') }} where is_anomaly
),

classes as (
    select min(weakness_class) as weakness_class from {{ ref('weakness_classes') }} where kind = 'anomaly'
),

final as (
    select
        cases.release_id,
        {{ stable_id(["'case'", 'cases.release_id', 'cases.case_id']) }} as evidence_id,
        cases.run_id,
        cases.service,
        classes.weakness_class,
        'anomaly' as kind,
        case when cases.outcome in ('hang', 'service_down') then 'high' else 'medium' end as severity,
        'high' as confidence,
        'fuzz.' || cases.outcome as signal,
        'likely' as verdict,
        cases.explanation as summary,
        cases.method,
        cases.route,
        cases.service as entry_service,
        cases.element as subject,
        cases.case_id,
        cases.trace_id,
        cases.request as excerpt
    from cases
    cross join classes
    qualify row_number() over (partition by cases.release_id, cases.case_id order by cases.run_id) = 1
)

select * from final
