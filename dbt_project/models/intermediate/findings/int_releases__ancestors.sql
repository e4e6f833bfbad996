with recursive releases as (
    select release_id, previous_release_id from {{ ref('int_releases') }}
),

walk as (
    select release_id, previous_release_id as ancestor_id, 1 as distance
    from releases
    where previous_release_id is not null
    union all
    select walk.release_id, releases.previous_release_id, walk.distance + 1
    from walk
    inner join releases on releases.release_id = walk.ancestor_id
    where releases.previous_release_id is not null and walk.distance < 1000
)

select * from walk
