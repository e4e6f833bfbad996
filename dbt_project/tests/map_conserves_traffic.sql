{# No request and no sink with a place on the map is lost on the way to it, and every link ends at two nodes. #}
with requests as (
    select release_id, exerciser, sum(requests) as calls
    from {{ ref('stg_trace__requests') }}
    where caller_service is null and method <> 'CONSUME'
    group by all
),

entered as (
    select release_id, exerciser, sum(calls) as calls from {{ ref('int_map__observed') }} where from_kind = 'outside' group by all
),

sinks as (
    select release_id, exerciser, sum(calls) as calls
    from {{ ref('int_paths') }}
    where kind = 'sink' and sink_kind in ('sql', 'file', 'ldap')
        and (len(sink_targets) = 0 or len(list_filter(sink_targets, lambda t: split_part(t, ':', 1) not in ('host', 'queue'))) > 0)
    group by all
),

stored as (
    select release_id, exerciser, sum(calls) as calls
    from {{ ref('int_map__observed') }}
    where to_kind = 'datastore'
    group by all
)

select release_id, exerciser, 'requests from outside' as fault
from requests
full join entered using (release_id, exerciser)
where requests.calls is distinct from entered.calls
union all
select release_id, exerciser, 'calls of datastores' as fault
from sinks
full join stored using (release_id, exerciser)
where sinks.calls is distinct from stored.calls
union all
select links.release_id, links.link_id, 'a link without its ends' as fault
from {{ ref('service_map_links') }} as links
left join {{ ref('service_map_nodes') }} as froms on froms.release_id = links.release_id and froms.node_id = links.from_id
left join {{ ref('service_map_nodes') }} as tos on tos.release_id = links.release_id and tos.node_id = links.to_id
where froms.node_id is null or tos.node_id is null
union all
select services.release_id, services.service, 'a service without a node' as fault
from {{ ref('stg_declared__services') }} as services
anti join {{ ref('service_map_nodes') }} as nodes
    on nodes.release_id = services.release_id and nodes.node_id = 'service:' || services.service
