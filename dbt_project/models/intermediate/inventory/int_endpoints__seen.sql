with requests as (
    select release_id, service, method, route, exerciser, false as is_entered_from_outside
    from {{ ref('stg_trace__requests') }}
    where route != '' and status not in (404, 405)
),

services as (
    select release_id, service, exposure from {{ ref('stg_declared__services') }}
),

entered as (
    select
        paths.release_id, paths.service, paths.method, paths.route, paths.exerciser,
        coalesce(services.exposure in ('{{ var("outside_exposures") | join("', '") }}'), false) as is_entered_from_outside
    from {{ ref('int_paths') }} as paths
    left join services on services.release_id = paths.release_id and services.service = paths.entry_service
    where paths.kind = 'endpoint' and paths.route is not null and paths.route != ''
),

seen as (
    select * from requests
    union all by name
    select * from entered
)

select
    release_id,
    service,
    method,
    regexp_replace(route, '\{[^}]*\}', '{}', 'g') as route_key,
    min(route) as route,
    list_sort(list(distinct exerciser)) as seen_by,
    bool_or(is_entered_from_outside) as is_entered_from_outside
from seen
group by release_id, service, method, route_key
