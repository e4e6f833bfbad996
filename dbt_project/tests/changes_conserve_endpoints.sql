{# Comparing loses and doubles no endpoint that is declared, and no change on the way to the marts. #}
with pairs as (
    select * from {{ ref('int_releases__paired') }} where not is_baseline
),

endpoints as (
    select release_id, service, count(*) as endpoints from {{ ref('int_endpoints') }} where status <> 'shadow' group by all
),

diffed as (
    select
        release_id, service,
        count(*) filter (where change <> 'removed') as present,
        count(*) filter (where change <> 'unchanged') as changes
    from {{ ref('int_endpoints__diffed') }}
    group by all
),

published as (
    select release_id, service, count(*) as changes from {{ ref('endpoint_changes') }} group by all
)

select pairs.release_id, pairs.service, diffed.present, endpoints.endpoints, diffed.changes, published.changes as published
from pairs
left join endpoints using (release_id, service)
left join diffed using (release_id, service)
left join published using (release_id, service)
where coalesce(diffed.present, 0) <> coalesce(endpoints.endpoints, 0)
    or coalesce(diffed.changes, 0) <> coalesce(published.changes, 0)
