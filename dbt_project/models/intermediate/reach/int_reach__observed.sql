{# Recorded by QA and imports alone: what probes reach, they reach by attack. A host that is a service of the system is that service. #}
with paths as (
    select * from {{ ref('stg_trace__call_paths') }} where exerciser in ('qa', 'import')
),

addresses as (
    select release_id, service, 'host:' || regexp_extract(base_url, '^[a-z]+://([^/?#]+)', 1) as target
    from {{ ref('stg_declared__services') }}
    where base_url is not null
),

sinks as (
    select release_id, entry_service, entry_method, entry_route, service, unnest(sink_targets) as target, calls
    from paths
    where kind = 'sink'
),

named as (
    select
        sinks.* exclude (service, target),
        coalesce(addresses.service, sinks.service) as service,
        if(addresses.service is null, sinks.target, 'service:' || addresses.service) as target
    from sinks
    left join addresses using (release_id, target)
),

services as (
    select release_id, entry_service, entry_method, entry_route, service, 'service:' || service as target, calls
    from paths
    where kind = 'endpoint' and service <> entry_service
),

final as (
    select
        release_id,
        entry_service,
        entry_method,
        entry_route,
        service as target_service,
        target,
        sum(calls)::bigint as calls
    from (select * from named union all by name select * from services)
    where target <> 'service:' || entry_service
    group by all
)

select * from final
