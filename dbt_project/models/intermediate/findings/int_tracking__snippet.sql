{# Among equals in one function: the same text first, then the same place in order, or, where their number changed, the
   nearest place in the function. Each is the other's best, or nobody's. #}
with {{ unclaimed_findings(['int_tracking__exact']) }},

now_placed as (
    select
        *, {{ plain_code('snippet') }} as text, row_number() over equals_by_line as place, count(*) over equals as equals
    from now
    window
        equals as (partition by release_id, service, weakness_class, file, "function", normalised_snippet),
        equals_by_line as (equals order by line, key_id)
),

before_placed as (
    select
        *, {{ plain_code('snippet') }} as text, row_number() over equals_by_line as place, count(*) over equals as equals
    from before
    window
        equals as (partition by release_id, earlier_release_id, service, weakness_class, file, "function", normalised_snippet),
        equals_by_line as (equals order by line, key_id)
),

pairs as (
    select
        now.release_id,
        now.key_id,
        before.earlier_release_id,
        before.key_id as earlier_key_id,
        before.distance,
        now.text is distinct from before.text as is_other_text,
        if(
            now.equals = before.equals,
            abs(now.place - before.place),
            abs((now.line - now.function_line) - (before.line - before.function_line))
        ) as gap
    from now_placed as now
    inner join before_placed as before using (release_id, service, weakness_class, file, normalised_snippet)
    where now."function" is not distinct from before."function"
        and abs(now.place - before.place) <= {{ var('small_move_equals') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by release_id, key_id order by distance, is_other_text, gap, earlier_key_id
        ) as rank_now,
        row_number() over (
            partition by release_id, earlier_release_id, earlier_key_id order by is_other_text, gap, key_id
        ) as rank_before
    from pairs
)

select release_id, key_id, earlier_release_id, earlier_key_id, 'snippet' as tracking_pass
from ranked
where rank_now = 1 and rank_before = 1
