{# Observed: by QA, imports or probes. A datastore that only the manifest names is declared, not observed. #}
with services as (
    select * from {{ ref('stg_declared__services') }}
),

calls as (
    select release_id, caller_service as from_service, 'service' as to_kind, service as to_name, sum(requests) as calls
    from {{ ref('stg_trace__requests') }}
    where caller_service is not null and caller_service <> service
    group by all
),

addresses as (
    select release_id, 'host:' || regexp_extract(base_url, '^[a-z]+://([^/?#]+)', 1) as target from services where base_url is not null
),

sinks as (
    select release_id, service as from_service, sink_kind, unnest(sink_targets) as target, calls
    from {{ ref('int_paths') }}
    where kind = 'sink' and exerciser in ('qa', 'import')
),

third_parties as (
    select release_id, from_service, 'third_party' as to_kind, replace(target, 'host:', '') as to_name, sum(calls) as calls
    from sinks
    anti join addresses using (release_id, target)
    where starts_with(target, 'host:')
    group by all
),

queries as (
    select release_id, from_service, sum(calls) as calls from sinks where sink_kind = 'sql' group by all
),

datastores as (
    select
        declared.release_id, declared.from_service, 'datastore' as to_kind, declared.to_name,
        queries.calls is not null as is_observed, coalesce(queries.calls, 0) as calls
    from (select release_id, service as from_service, unnest(datastores) as to_name from services) as declared
    left join queries using (release_id, from_service)
),

final as (
    select *, true as is_observed from calls
    union all by name
    select *, true as is_observed from third_parties
    union all by name
    select * from datastores
)

select release_id, from_service, to_kind, to_name, is_observed, calls::bigint as calls from final
