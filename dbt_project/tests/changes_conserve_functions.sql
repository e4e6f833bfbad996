{# Comparing loses and doubles no function: all of this release are there, and of the previous one each is kept or removed. #}
with pairs as (
    select * from {{ ref('int_releases__paired') }} where not is_baseline and has_inventory
),

functions as (
    select release_id, service, count(*) as functions from {{ ref('int_functions') }} where kind <> 'module' group by all
),

changes as (
    select
        release_id, service,
        count(*) filter (where change <> 'removed' and kind <> 'module') as present,
        count(*) filter (where change = 'removed' or previous_function_id is not null) as previous
    from {{ ref('int_functions__changed') }}
    group by all
)

select pairs.release_id, pairs.service, changes.present, now.functions, changes.previous, before.functions as functions_before
from pairs
left join changes using (release_id, service)
left join functions as now on pairs.release_id = now.release_id and pairs.service = now.service
left join functions as before on pairs.previous_release_id = before.release_id and pairs.service = before.service
where coalesce(changes.present, 0) <> coalesce(now.functions, 0)
    or coalesce(changes.previous, 0) <> coalesce(before.functions, 0)
