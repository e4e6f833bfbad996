{# A condition that the preset does not know is for a person to look at. #}
with reasons as (
    select * from {{ ref('int_decision__finding_reasons') }}
    union all by name
    select * from {{ ref('int_decision__trigger_reasons') }}
    union all by name
    select * from {{ ref('int_decision__release_reasons') }}
),

judged as (
    select reasons.*, coalesce(policy.outcome, 'test_by_hand') as outcome
    from reasons
    left join {{ ref('int_decision__policy') }} as policy using (release_id, condition)
),

final as (
    select
        judged.release_id,
        {{ stable_id(['judged.release_id', 'judged.condition', 'judged.service', 'judged.subject_id', 'judged.title']) }} as reason_id,
        judged.condition,
        judged.outcome,
        outcomes.outcome_rank,
        conditions.kind,
        judged.title,
        judged.detail,
        conditions.remedy,
        judged.subject_kind,
        judged.subject_id,
        coalesce(judged.finding_ids, []) as finding_ids,
        judged.service,
        judged.risk_score,
        row_number() over (
            partition by judged.release_id
            order by conditions.kind = 'override' desc, outcomes.outcome_rank, judged.risk_score desc, judged.condition, judged.title, judged.subject_id
        ) as reason_rank
    from judged
    join {{ ref('conditions') }} as conditions using (condition)
    join {{ ref('outcomes') }} as outcomes using (outcome)
)

select * from final
