{# A finding keeps the key it was born with. A key that is born again while the first is still there gets its release
   into its id, so that the two never meet. #}
with recursive findings as (
    select release_id, key_id from {{ ref('int_findings') }}
),

pairs as (
    select * from {{ ref('int_tracking') }}
),

walk as (
    select findings.release_id, findings.key_id, findings.release_id as origin_release_id, findings.key_id as origin_key_id
    from findings
    where not exists (
        select 1 from pairs where pairs.release_id = findings.release_id and pairs.key_id = findings.key_id
    )
    union all
    select pairs.release_id, pairs.key_id, walk.origin_release_id, walk.origin_key_id
    from walk
    inner join pairs
        on pairs.earlier_release_id = walk.release_id and pairs.earlier_key_id = walk.key_id
),

origins as (
    select
        walk.*,
        count(*) over (partition by walk.release_id, walk.origin_key_id) as bearers,
        releases.ordinal,
        releases.system
    from walk
    inner join {{ ref('int_releases') }} as releases on releases.release_id = walk.origin_release_id
),

disputed as (
    select origin_release_id, origin_key_id
    from origins
    where bearers > 1
    qualify ordinal > min(ordinal) over (partition by release_id, origin_key_id)
)

select
    origins.release_id,
    origins.key_id,
    case
        when (origins.origin_release_id, origins.origin_key_id) in (select (origin_release_id, origin_key_id) from disputed)
            then {{ stable_id(['origins.origin_key_id', 'origins.origin_release_id']) }}
        else origins.origin_key_id
    end as finding_id
from origins
