with planned as (
    select * from {{ ref('int_probe_plan') }} where place <> ''
),

attempts as (
    select release_id, attempt_id, status, verdict from {{ ref('int_attempts__judged') }}
),

skipped as (
    select release_id, subject as attempt_id, min(reason) as code, min(explanation) as explanation
    from {{ ref('stg_landing__skips') }}
    where technique = 'dynamic' and subject_kind = 'attempt'
    group by all
),

tried as (
    select
        planned.*,
        case
            when attempts.verdict = 'confirmed' then 1
            when attempts.status = 'done' then 2
            when attempts.status = 'aborted' then 3
            when skipped.code = 'out_of_scope' or not planned.is_allowed then 4
            else 5
        end as step,
        coalesce(planned.refusal, skipped.explanation, attempts.verdict, 'planned and not probed') as why
    from planned
    left join attempts using (release_id, attempt_id)
    left join skipped using (release_id, attempt_id)
),

final as (
    select
        release_id,
        service,
        'dynamic' as technique,
        'parameter_class' as subject_kind,
        method || ' ' || route || ' ' || place || ' ' || parameter || ': ' || weakness_class as subject,
        ['fail', 'pass', 'error', 'out_of_scope', 'not_run'][min(step)] as status,
        min_by(why, (step, why)) as reason
    from tried
    group by release_id, service, method, route, place, parameter, weakness_class
)

select * from final
