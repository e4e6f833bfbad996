{# Where both ends of a request or a message were recorded, it is in two places; the larger figure stands. #}
with services as (
    select release_id, service, exposure from {{ ref('stg_declared__services') }}
),

answered as (
    select
        requests.release_id, requests.exerciser,
        if(requests.caller_service is null, 'outside', 'service') as from_kind,
        coalesce(requests.caller_service, services.exposure, 'internal') as from_name,
        'service' as to_kind,
        requests.service as to_name,
        'call' as access,
        sum(requests.requests) as calls
    from {{ ref('stg_trace__requests') }} as requests
    left join services using (release_id, service)
    where requests.caller_service is distinct from requests.service and requests.method <> 'CONSUME'
    group by all
),

touched as (
    select
        touched.release_id, touched.exerciser,
        'service' as from_kind,
        touched.service as from_name,
        touched.node_kind as to_kind,
        coalesce(touched.name, stores.name) as to_name,
        case touched.node_kind when 'service' then 'call' when 'queue' then 'publish' else coalesce(touched.operation, 'other') end as access,
        list_distinct(flatten(list(touched.targets))) as targets,
        sum(touched.calls) as calls
    from {{ ref('int_map__touched') }} as touched
    left join {{ ref('int_map__stores') }} as stores using (release_id, service, store_kind)
    where touched.is_observed and not (touched.node_kind = 'service' and touched.name = touched.service)
    group by all
),

seen as (
    select * from answered
    union all by name
    select * from touched
    union all by name
    select * from {{ ref('int_map__messages') }}
)

select
    release_id, exerciser, from_kind, from_name, to_kind, to_name, access,
    list_sort(list_distinct(flatten(list(coalesce(targets, []))))) as targets,
    max(calls)::bigint as calls
from seen
group by all
