{# The same key, or the key it had before its code was known. #}
with current_findings as (
    select release_id, key_id, list_concat([key_id], aliases) as keys from {{ ref('int_findings') }}
),

earlier as (
    select release_id, earlier_release_id, distance, key_id as earlier_key_id from {{ ref('int_findings__earlier') }}
),

keyed as (
    select release_id, key_id, unnest(keys) as any_key from current_findings
),

pairs as (
    select
        keyed.release_id, keyed.key_id, earlier.earlier_release_id, earlier.earlier_key_id,
        keyed.key_id = earlier.earlier_key_id as is_same_key, earlier.distance
    from keyed
    inner join earlier
        on earlier.release_id = keyed.release_id and earlier.earlier_key_id = keyed.any_key
    qualify row_number() over (
        partition by keyed.release_id, keyed.key_id
        order by (keyed.key_id = earlier.earlier_key_id) desc, earlier.distance, earlier.earlier_key_id
    ) = 1
)

select
    release_id, key_id, earlier_release_id, earlier_key_id,
    case when is_same_key then 'exact' else 'alias' end as tracking_pass
from pairs
qualify row_number() over (
    partition by release_id, earlier_release_id, earlier_key_id order by is_same_key desc, key_id
) = 1
