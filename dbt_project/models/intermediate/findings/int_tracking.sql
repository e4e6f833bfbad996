{# A release further back is asked only for what no release in between has taken up. #}
with pairs as (
    select * from {{ ref('int_tracking__exact') }}
    union all by name
    select * from {{ ref('int_tracking__snippet') }}
    union all by name
    select * from {{ ref('int_tracking__moved') }}
    union all by name
    select * from {{ ref('int_tracking__body') }}
    union all by name
    select * from {{ ref('int_tracking__nearest') }}
),

taken_before as (
    select ancestors.release_id, pairs.earlier_release_id, pairs.earlier_key_id
    from pairs
    inner join {{ ref('int_releases__ancestors') }} as ancestors on ancestors.ancestor_id = pairs.release_id
)

select pairs.*
from pairs
anti join taken_before using (release_id, earlier_release_id, earlier_key_id)
