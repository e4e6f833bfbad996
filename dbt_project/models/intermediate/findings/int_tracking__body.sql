{# Where names were exchanged or handed on, the body still tells which function a statement belongs to. #}
with {{ unclaimed_findings(['int_tracking__exact', 'int_tracking__snippet', 'int_tracking__moved']) }},

now_placed as (
    select *, row_number() over (
        partition by release_id, service, weakness_class, body_hash, normalised_snippet order by line, key_id
    ) as place
    from now
    where body_hash is not null
),

before_placed as (
    select *, row_number() over (
        partition by release_id, earlier_release_id, service, weakness_class, body_hash, normalised_snippet
        order by line, key_id
    ) as place
    from before
    where body_hash is not null
)

select
    now.release_id, now.key_id, before.earlier_release_id, before.key_id as earlier_key_id,
    'moved' as tracking_pass
from now_placed as now
inner join before_placed as before
    using (release_id, service, weakness_class, body_hash, normalised_snippet, place)
qualify row_number() over (partition by now.release_id, now.key_id order by before.distance) = 1
