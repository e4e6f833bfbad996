{# A consumer goes on where its message was published: what stands above it did that. #}
with consumers as (
    select
        nodes.release_id, nodes.exerciser, nodes.service, coalesce(nullif(nodes.route, ''), 'without a name') as queue,
        publishers.service as publisher, nodes.calls
    from {{ ref('int_paths') }} as nodes
    left join {{ ref('int_paths') }} as publishers
        on publishers.release_id = nodes.release_id and publishers.entry_service = nodes.entry_service
        and publishers.entry_method = nodes.entry_method and publishers.entry_route = nodes.entry_route
        and publishers.path_id = nodes.parent_path_id and publishers.exerciser = nodes.exerciser
    where nodes.kind = 'endpoint' and nodes.method = 'CONSUME'
)

select
    release_id, exerciser, 'queue' as from_kind, queue as from_name, 'service' as to_kind, service as to_name,
    'consume' as access, sum(calls) as calls
from consumers
group by all
union all by name
select
    release_id, exerciser, 'service' as from_kind, publisher as from_name, 'queue' as to_kind, queue as to_name,
    'publish' as access, sum(calls) as calls
from consumers
where publisher is not null
group by all
