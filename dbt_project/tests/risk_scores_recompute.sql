{# Every risk score follows from its stored factors: a product for findings, the p-norm for all else. #}
with factors as (
    select * from {{ ref('risk_factors') }}
),

recomputed as (
    select release_id, subject_kind, subject_id, 100 * product(value) as risk_score
    from factors
    where subject_kind = 'finding'
    group by all
    union all by name
    select release_id, subject_kind, subject_id, least(100, pow(sum(pow(value, 4)), 0.25)) as risk_score
    from factors
    where subject_kind <> 'finding'
    group by all
)

select scores.*, recomputed.risk_score as recomputed
from {{ ref('risk_scores') }} as scores
left join recomputed using (release_id, subject_kind, subject_id)
where abs(scores.risk_score - coalesce(recomputed.risk_score, 0)) > 1e-6 or scores.risk_score not between 0 and 100
