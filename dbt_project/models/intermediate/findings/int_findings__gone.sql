{# What an earlier release had and this one has not: fixed when every engine that saw it asked the same again. #}
with earlier as (
    select * from {{ ref('int_findings__earlier') }}
),

claimed as (
    {# claimed by the release itself, or already by one in between #}
    select release_id, earlier_release_id, earlier_key_id from {{ ref('int_tracking') }}
    union
    select ancestors.release_id, pairs.earlier_release_id, pairs.earlier_key_id
    from {{ ref('int_tracking') }} as pairs
    inner join {{ ref('int_releases__ancestors') }} as ancestors on ancestors.ancestor_id = pairs.release_id
),

unseen as (
    select earlier.*
    from earlier
    left join claimed
        on claimed.release_id = earlier.release_id
        and claimed.earlier_release_id = earlier.earlier_release_id
        and claimed.earlier_key_id = earlier.key_id
    where claimed.release_id is null
),

repeated as (
    select * from {{ ref('int_findings__repeated') }}
)

select
    unseen.* exclude (function_line, body_hash),
    case when repeated.is_repeated then 'fixed' else 'not_reassessed' end as tracking,
    ids.finding_id
from unseen
inner join repeated using (release_id, earlier_release_id, key_id)
inner join {{ ref('int_findings__ids') }} as ids
    on ids.release_id = unseen.earlier_release_id and ids.key_id = unseen.key_id
qualify row_number() over (partition by unseen.release_id, ids.finding_id order by unseen.distance, unseen.key_id) = 1
