with nodes as (
    select * from {{ ref('int_paths') }}
),

ancestors as (
    select * from {{ ref('int_paths__ancestors') }}
),

entries as (
    {# every endpoint on the path is an entry of what comes after it, not the first one alone #}
    select
        nodes.release_id,
        entries.service as entry_service,
        entries.method as entry_method,
        entries.route as entry_route,
        nodes.function_id,
        nodes.exerciser,
        nodes.kind,
        nodes.calls
    from nodes
    inner join ancestors using (release_id, entry_service, path_id)
    inner join nodes as entries
        on entries.release_id = ancestors.release_id
        and entries.entry_service = ancestors.entry_service
        and entries.path_id = ancestors.ancestor_path_id
        and entries.exerciser = nodes.exerciser
    where nodes.function_id is not null and nodes.kind != 'endpoint' and entries.kind = 'endpoint'
)

select
    release_id,
    entry_service,
    entry_method,
    entry_route,
    function_id,
    list_sort(list(distinct exerciser)) as exercisers,
    coalesce(sum(calls) filter (kind = 'function'), max(calls))::bigint as calls
from entries
group by release_id, entry_service, entry_method, entry_route, function_id
