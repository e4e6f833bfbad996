{# In one file, with the function or the statement still the same: each is the other's nearest, or nobody's. Within a
   function lines are counted from its first one, so that what is written above it moves nothing. #}
with {{ unclaimed_findings(['int_tracking__exact', 'int_tracking__snippet', 'int_tracking__moved', 'int_tracking__body']) }},

near as (
    select
        now.release_id,
        now.key_id,
        before.earlier_release_id,
        before.key_id as earlier_key_id,
        before.distance,
        if(
            now."function" is not distinct from before."function",
            abs((now.line - now.function_line) - (before.line - before.function_line)),
            abs(now.line - before.line)
        ) as gap
    from now
    inner join before using (release_id, service, weakness_class, file)
    where now."function" is not distinct from before."function" or now.normalised_snippet = before.normalised_snippet
),

ranked as (
    select
        *,
        row_number() over (partition by release_id, key_id order by distance, gap, earlier_key_id) as rank_now,
        row_number() over (
            partition by release_id, earlier_release_id, earlier_key_id order by gap, key_id
        ) as rank_before
    from near
    where gap <= {{ var('small_move_lines') }}
)

select release_id, key_id, earlier_release_id, earlier_key_id, 'nearest' as tracking_pass
from ranked
where rank_now = 1 and rank_before = 1
