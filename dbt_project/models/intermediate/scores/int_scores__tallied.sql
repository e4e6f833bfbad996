{# Truths that the product does not cover yet are left out of the figures; reports that meet no truth are counted beside them. #}
with tallies as (
    select
        release_id,
        scope,
        count(*) as truth_rows,
        count(*) filter (where verdict = 'TP') as true_positive,
        count(*) filter (where verdict = 'FP') as false_positive,
        count(*) filter (where verdict = 'FN') as false_negative,
        count(*) filter (where verdict = 'TN') as true_negative
    from {{ ref('int_scores__judged') }}
    where coverage = 'now'
    group by all
),

unlisted as (
    select release_id, scope, count(distinct report_id) as unlisted
    from {{ ref('int_scores__reports') }}
    anti join {{ ref('int_scores__matched') }} as matched using (release_id, scope, report_id)
    group by all
),

final as (
    select
        tallies.*,
        coalesce(unlisted.unlisted, 0) as unlisted,
        true_positive / nullif(true_positive + false_positive, 0) as precision,
        true_positive / nullif(true_positive + false_negative, 0) as recall,
        true_positive / nullif(true_positive + false_negative, 0)
        - false_positive / nullif(false_positive + true_negative, 0) as youden
    from tallies
    left join unlisted using (release_id, scope)
)

select * from final
