{# What a person must still test. That an engine did not run, nothing was recorded or QA failed is not signed away: only an override is above it. #}
with triggers as (
    select queued.*, services.is_released
    from {{ ref('int_triggers__queued') }} as queued
    left join {{ ref('stg_declared__services') }} as services using (release_id, service)
),

judged as (
    select
        *,
        case
            when status = 'flaw_found' then 'flaw_found_by_hand'
            when cause in ('engine', 'recording') and coalesce(is_released, true)
                then if(cause = 'engine', 'engine_not_run', 'not_recorded')
            when cause = 'qa' and starts_with(subject, 'QA failed') then 'qa_failed'
            when status <> 'open' then null
            when cause is not null and not is_released then 'neighbour_not_assessed'
            when cause is not null then 'not_assessed'
            when is_debt then 'lead_debt'
            when strength = 'strong' then 'trigger_strong'
            else 'trigger_normal'
        end as condition
    from triggers
),

named as (
    select
        release_id,
        condition,
        if(condition = 'flaw_found_by_hand', 'flaw found by hand: ', title || ': ')
        || if(service = '*', '', service || ' ') || subject as title,
        figures || coalesce('; ' || signed_by || ': ' || signed_reason, '') as detail,
        trigger_id as subject_id,
        service,
        risk_score
    from judged
    where condition is not null and condition <> 'lead_debt' and coalesce(cause, '') not in ('engine', 'recording')
        and not (trigger = 'lead' and condition in ('trigger_strong', 'trigger_normal'))
),

blind as (
    {# what failed in the same way for several services is one reason #}
    select
        release_id,
        condition,
        title || ': ' || subject || if(min(service) = '*', '', ' of ' || string_agg(service, ', ' order by service)) as title,
        figures as detail,
        min(trigger_id) as subject_id,
        if(count(*) = 1, min(service), '*') as service,
        max(risk_score) as risk_score
    from judged
    where condition is not null and cause in ('engine', 'recording')
    group by release_id, condition, judged.title, subject, figures
),

leads as (
    select
        release_id,
        condition,
        service,
        title || ': ' || count(*) || ' in ' || service || ', first ' || min_by(subject, queue_rank) as title,
        min_by(figures, queue_rank) as detail,
        min_by(trigger_id, queue_rank) as subject_id,
        max(risk_score) as risk_score
    from judged
    where trigger = 'lead' and condition in ('trigger_strong', 'trigger_normal')
    group by release_id, condition, service, title
),

debt as (
    select
        release_id, condition, '*' as service,
        count(*) || ' open leads that this release did not change' as title,
        'first: ' || min_by(service || ' ' || subject, queue_rank) as detail,
        min_by(trigger_id, queue_rank) as subject_id,
        max(risk_score) as risk_score
    from judged
    where condition = 'lead_debt'
    group by release_id, condition
),

final as (
    select *, 'manual_test' as subject_kind
    from (
        select * from named
        union all by name
        select * from blind
        union all by name
        select * from leads
        union all by name
        select * from debt
    )
)

select * from final
