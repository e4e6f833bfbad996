{# A function that was moved or renamed keeps its body, and its findings their statement. #}
with {{ unclaimed_findings(['int_tracking__exact', 'int_tracking__snippet']) }},

now_ranked as (
    select *, row_number() over (
        partition by release_id, service, weakness_class, body_hash, normalised_snippet order by line, key_id
    ) as place
    from now
    where body_hash is not null
),

before_ranked as (
    select *, row_number() over (
        partition by release_id, service, weakness_class, body_hash, normalised_snippet order by distance, line, key_id
    ) as place
    from before
    where body_hash is not null
)

select
    now.release_id, now.key_id, before.earlier_release_id, before.key_id as earlier_key_id,
    'moved' as tracking_pass
from now_ranked as now
inner join before_ranked as before
    using (release_id, service, weakness_class, body_hash, normalised_snippet, place)
