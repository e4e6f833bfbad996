{# The first pass that answers wins. Where it answers with several points, the only one that is not doubtful is meant: a
   match that knows its value to come from a request stands before those that merely fear it of a parameter. #}
with points as (
    select * from {{ ref('int_points') }}
),

named as (
    select
        joins.release_id,
        joins.evidence_id,
        joins.join_pass,
        list_sort(list(distinct joins.point_id)) as named_points,
        list_sort(list(distinct joins.point_id) filter (not coalesce(points.is_doubtful, false))) as sure_points
    from {{ ref('int_joins') }} as joins
    left join points using (release_id, point_id)
    group by joins.release_id, joins.evidence_id, joins.join_pass
    qualify joins.join_pass = min(joins.join_pass) over (partition by joins.release_id, joins.evidence_id)
),

answers as (
    select
        *,
        coalesce(len(named_points) > 1 and len(sure_points) = 1, false) as is_narrowed,
        case when is_narrowed then sure_points else named_points end as candidates
    from named
)

select * from answers
