{# The path ends in the function of the finding, or at its line where no function is known. #}
with points as (
    select release_id, point_id as key_id, service, file, start_line, end_line, function_id from {{ ref('int_points') }}
),

nodes as (
    select
        release_id, entry_service, entry_method, entry_route, path_id,
        any_value(service) as service,
        any_value(kind) as kind,
        any_value(file) as file,
        any_value(line) as line,
        any_value(function_id) as function_id,
        min(depth) as depth,
        sum(calls)::bigint as calls,
        list_sort(list(distinct exerciser)) as exercisers
    from {{ ref('int_paths') }}
    group by all
),

ends as (
    select points.key_id, nodes.*
    from points
    inner join nodes on nodes.release_id = points.release_id and nodes.function_id = points.function_id
    where nodes.kind = 'function'
    union all by name
    select points.key_id, nodes.*
    from points
    inner join nodes using (release_id, service, file)
    where points.function_id is null and nodes.kind = 'sink' and nodes.line between points.start_line and points.end_line
),

told as (
    {# the paths that evidence of the finding names, and all that leads to them #}
    select distinct named.release_id, named.key_id, ancestors.entry_service, ancestors.ancestor_path_id as path_id
    from (
        select release_id, key_id, unnest(paths) as path from {{ ref('int_evidence__joined') }} where paths is not null
    ) as named
    inner join {{ ref('int_paths__ancestors') }} as ancestors
        on ancestors.release_id = named.release_id
        and ancestors.entry_service = named.path.entry_service
        and ancestors.path_id = named.path.path_id
),

endpoints as (
    select release_id, service, method, route, is_outside from {{ ref('int_endpoints') }}
)

select
    ends.*,
    told.path_id is not null as is_told,
    coalesce(endpoints.is_outside, false) as is_outside
from ends
left join told using (release_id, key_id, entry_service, path_id)
left join endpoints
    on endpoints.release_id = ends.release_id
    and endpoints.service = ends.entry_service
    and endpoints.method = ends.entry_method
    and endpoints.route = ends.entry_route
