{# In one file, with the function or the statement still the same: each is the other's nearest, or nobody's. #}
with {{ unclaimed_findings(['int_tracking__exact', 'int_tracking__snippet', 'int_tracking__moved']) }},

pairs as (
    select
        now.release_id,
        now.key_id,
        before.earlier_release_id,
        before.key_id as earlier_key_id,
        row_number() over (
            partition by now.release_id, now.key_id
            order by before.distance, abs(now.line - before.line), before.key_id
        ) as rank_now,
        row_number() over (
            partition by now.release_id, before.earlier_release_id, before.key_id
            order by abs(now.line - before.line), now.key_id
        ) as rank_before
    from now
    inner join before using (release_id, service, weakness_class, file)
    where abs(now.line - before.line) <= {{ var('small_move_lines') }}
        and (
            now."function" is not distinct from before."function"
            or now.normalised_snippet = before.normalised_snippet
        )
)

select release_id, key_id, earlier_release_id, earlier_key_id, 'nearest' as tracking_pass
from pairs
where rank_now = 1 and rank_before = 1
