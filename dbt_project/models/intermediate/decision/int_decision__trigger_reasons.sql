{# A trigger is one reason, except that leads of one service, what failed in the same way, and debt are counted. #}
with judged as (
    select * from {{ ref('int_decision__triggers') }} where condition is not null
),

named as (
    select
        release_id,
        condition,
        if(condition = 'flaw_found_by_hand', 'flaw found by hand: ', title || ': ')
        || if(service = '*', '', service || if(trigger = 'new_reach', ' → ', ' ')) || subject as title,
        figures || coalesce('; ' || signed_by || ': ' || signed_reason, '') as detail,
        trigger_id as subject_id,
        service,
        risk_score
    from judged
    where condition <> 'lead_debt' and coalesce(cause, '') not in ('engine', 'recording')
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
    where cause in ('engine', 'recording')
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
