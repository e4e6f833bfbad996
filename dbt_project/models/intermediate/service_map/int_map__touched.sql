{# What each sink of a trace and each statement of the source touches. A sink that names two tables of one datastore was called once. #}
with observed as (
    select
        release_id, service, exerciser, entry_service, entry_method, entry_route, path_id, sink_kind,
        sink_operation as operation, calls, true as is_observed,
        unnest(if(len(sink_targets) = 0, [null], sink_targets)) as target
    from {{ ref('int_paths') }}
    where kind = 'sink'
),

told as (
    select
        release_id, service, 'sql' as sink_kind, operation, false as is_observed,
        unnest(if(len(tables) = 0, [null], list_transform(tables, lambda name: 'table:' || regexp_replace(name, '^table:', '')))) as target
    from {{ ref('stg_inventory__statements') }}
    union all by name
    select
        release_id, service, 'http' as sink_kind, 'other' as operation, false as is_observed,
        'host:' || regexp_extract(callee, '^[a-z]+://([^/{}?#]+)', 1) as target
    from {{ ref('stg_inventory__calls') }}
    where kind = 'http' and regexp_matches(callee, '^[a-z]+://[^/{}?#]+([/?#]|$)')
),

named as (
    select
        *,
        split_part(target, ':', 1) as prefix,
        if(starts_with(target, 'host:'), {{ plain_host('target[6:]') }}, null) as host,
        case sink_kind when 'sql' then 'sql' when 'file' then 'file' when 'ldap' then 'directory' end as store_kind
    from (select * from observed union all by name select * from told)
),

placed as (
    select
        named.* exclude (store_kind),
        case
            when named.prefix = 'queue' then 'queue'
            when named.prefix = 'host' and coalesce(exact.service, alike.service) is not null then 'service'
            when named.prefix = 'host' then 'third_party'
            when named.store_kind is not null then 'datastore'
        end as node_kind,
        if(named.prefix in ('queue', 'host'), null, named.store_kind) as store_kind,
        case
            when named.prefix = 'queue' then named.target[7:]
            when named.prefix = 'host' then coalesce(exact.service, alike.service, named.host)
        end as name
    from named
    left join {{ ref('int_addresses') }} as exact
        on exact.release_id = named.release_id and exact.host = named.host
    left join {{ ref('int_addresses') }} as alike
        on alike.release_id = named.release_id and alike.host = split_part(named.host, ':', 1)
)

select
    release_id, service, exerciser, entry_service, entry_method, entry_route, path_id, operation, is_observed,
    node_kind, store_kind, name,
    coalesce(list_sort(list(distinct target) filter (prefix not in ('queue', 'host'))), []) as targets,
    max(calls) as calls
from placed
where node_kind is not null
group by all
