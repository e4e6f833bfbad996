{# A path belongs to one entry service; its own node is its ancestor of distance 0. #}
with recursive nodes as (
    select release_id, entry_service, path_id, any_value(parent_path_id) as parent_path_id
    from {{ ref('int_paths') }}
    group by release_id, entry_service, path_id
),

walk as (
    select release_id, entry_service, path_id, path_id as ancestor_path_id, parent_path_id as next_path_id, 0 as distance
    from nodes
    union all
    select
        walk.release_id, walk.entry_service, walk.path_id, nodes.path_id, nodes.parent_path_id, walk.distance + 1
    from walk
    inner join nodes
        on nodes.release_id = walk.release_id
        and nodes.entry_service = walk.entry_service
        and nodes.path_id = walk.next_path_id
    where walk.distance < 200
)

select release_id, entry_service, path_id, ancestor_path_id, distance from walk
