{# Findings that decide are named one by one (one line to change is one reason); the rest is counted by title. #}
with conditions as (
    select condition, is_grouped, title as condition_title from {{ ref('conditions') }}
),

findings as (
    select judged.*, conditions.is_grouped, conditions.condition_title
    from {{ ref('int_decision__findings') }} as judged
    join conditions using (condition)
),

named as (
    select
        release_id,
        condition,
        max_by(title || '  ' || place, risk_score) as title,
        condition_title || ', ' || max_by(severity, risk_score) || coalesce('; ' || max_by(entry, risk_score), '')
        || '; ' || max_by(change_reason, risk_score)
        || if(count(*) > 1, '; ' || (count(*) - 1) || ' more on the same line', '') as detail,
        max_by(finding_id, risk_score) as subject_id,
        max_by(service, risk_score) as service,
        max(risk_score) as risk_score
    from findings
    where not is_grouped
    group by release_id, condition, condition_title, fix_group_id
),

titles as (
    select release_id, condition, condition_title, title, count(*) as findings, max(risk_score) as risk_score,
        max_by(finding_id, risk_score) as finding_id, max_by(place, risk_score) as place, max(acceptance) as acceptance
    from findings
    where is_grouped
    group by all
),

counted as (
    select
        release_id,
        condition,
        sum(findings)::bigint || if(sum(findings) = 1, ' finding ', ' findings ') || condition_title as title,
        string_agg(findings || ' × ' || title || ' (' || place || coalesce('; ' || acceptance, '') || ')', ', ' order by risk_score desc, title)
            as detail,
        max_by(finding_id, risk_score) as subject_id,
        '*' as service,
        max(risk_score) as risk_score
    from titles
    group by release_id, condition, condition_title
),

final as (
    select *, 'finding' as subject_kind from named
    union all by name
    select *, 'finding' as subject_kind from counted
)

select * from final
