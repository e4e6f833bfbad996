{# Every hit at which an outside value was seen is in the mart, as often as it was seen. #}
with landed as (
    select release_id, 'literal' as seen_as, sum(hits) as hits
    from {{ ref('int_sink_hits__located') }}
    where outside_parameter is not null
    group by release_id
    union all
    select release_id, 'canary' as seen_as, sum(hits * len(canaries)) as hits
    from {{ ref('int_sink_hits__located') }}
    where len(canaries) > 0
    group by release_id
),

told as (
    select release_id, seen_as, sum(hits) as hits from {{ ref('outside_values') }} group by all
)

select release_id, seen_as, landed.hits, told.hits as told
from landed
full join told using (release_id, seen_as)
where landed.hits is distinct from told.hits
