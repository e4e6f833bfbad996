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
        arg_min(title || ' · ' || place, (-risk_score, finding_id)) as title,
        condition_title || ', ' || arg_min(severity, (-risk_score, finding_id)) || coalesce('; ' || arg_min(entry, (-risk_score, finding_id)), '')
        || '; ' || arg_min(change_reason, (-risk_score, finding_id))
        || if(count(*) > 1, '; ' || (count(*) - 1) || ' more on the same line', '') as detail,
        arg_min(finding_id, (-risk_score, finding_id)) as subject_id,
        list(finding_id order by risk_score desc, finding_id) as finding_ids,
        arg_min(service, (-risk_score, finding_id)) as service,
        max(risk_score) as risk_score
    from findings
    where not is_grouped
    group by release_id, condition, condition_title, fix_group_id
),

titles as (
    select release_id, condition, condition_title, title, service, acceptance, count(*) as findings, max(risk_score) as risk_score,
        list(finding_id order by risk_score desc, finding_id) as finding_ids
    from findings
    where is_grouped
    group by all
),

counted as (
    select
        release_id,
        condition,
        sum(findings)::bigint || if(sum(findings) = 1, ' finding ', ' findings ') || condition_title as title,
        string_agg(if(findings > 1, findings || ' × ', '') || title || ' (' || service || coalesce('; ' || acceptance, '') || ')', ', ' order by risk_score desc, title, service, finding_ids[1])
            as detail,
        arg_min(finding_ids[1], (-risk_score, title, service, finding_ids[1])) as subject_id,
        flatten(list(finding_ids order by risk_score desc, title, service, finding_ids[1])) as finding_ids,
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
