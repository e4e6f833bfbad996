{# Seen before possible, from outside before inside, told by evidence before others, short before long. #}
with observed as (
    select release_id, key_id, entry_service, entry_method, entry_route, path_id, depth, is_outside, is_told, true as is_observed
    from {{ ref('int_lead_paths__observed') }}
),

possible as (
    select
        release_id, key_id, entry_service, entry_method, entry_route, endpoint_id, handler_id, depth, is_outside,
        false as is_told, false as is_observed
    from {{ ref('int_lead_paths__possible') }}
),

paths as (
    select * from observed
    union all by name
    select * from possible
)

select
    *,
    row_number() over (
        partition by release_id, key_id
        order by is_observed desc, is_outside desc, is_told desc, depth, entry_service, entry_route, entry_method,
            path_id, endpoint_id
    ) as path_number
from paths
qualify path_number <= {{ var('path_limit') }}
