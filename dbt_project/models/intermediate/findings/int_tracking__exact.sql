{# The same key, or the key it had before its code was known. Of equal statements in one function the number in the key
   tells nothing once there are more or fewer of them, or their text changed places: that is left to the next pass. #}
with now as (
    select
        *, list_concat([key_id], aliases) as keys, {{ plain_code('snippet') }} as text,
        count(*) over (
            partition by release_id, service, weakness_class, file, "function", normalised_snippet
        ) as equals
    from {{ ref('int_findings__described') }}
),

before as (
    select
        *, {{ plain_code('snippet') }} as text,
        count(*) over (
            partition by release_id, earlier_release_id, service, weakness_class, file, "function", normalised_snippet
        ) as equals
    from {{ ref('int_findings__earlier') }}
),

keyed as (
    select release_id, key_id, file, equals, text, unnest(keys) as any_key from now
),

pairs as (
    select
        keyed.release_id, keyed.key_id, before.earlier_release_id, before.key_id as earlier_key_id,
        keyed.key_id = before.key_id as is_same_key, before.distance
    from keyed
    inner join before on before.release_id = keyed.release_id and before.key_id = keyed.any_key
    where keyed.key_id != before.key_id
        or keyed.file is null
        or (keyed.equals = before.equals and (keyed.equals = 1 or keyed.text is not distinct from before.text))
    qualify row_number() over (
        partition by keyed.release_id, keyed.key_id
        order by (keyed.key_id = before.key_id) desc, before.distance, before.key_id
    ) = 1
)

select
    release_id, key_id, earlier_release_id, earlier_key_id,
    case when is_same_key then 'exact' else 'alias' end as tracking_pass
from pairs
qualify row_number() over (
    partition by release_id, earlier_release_id, earlier_key_id order by is_same_key desc, key_id
) = 1
