{# Without any traffic: what the manifest declares, and what the source says of itself. #}
with declared as (
    select
        release_id, 'service' as from_kind, service as from_name, 'datastore' as to_kind, name as to_name,
        true as is_declared, false as is_possible
    from {{ ref('int_datastores') }}
    union all by name
    select
        release_id, 'outside' as from_kind, exposure as from_name, 'service' as to_kind, service as to_name,
        true as is_declared, false as is_possible
    from {{ ref('stg_declared__services') }}
    where exposure in ('{{ var("outside_exposures") | join("', '") }}')
),

possible as (
    select
        touched.release_id, 'service' as from_kind, touched.service as from_name, touched.node_kind as to_kind,
        coalesce(touched.name, stores.name) as to_name,
        false as is_declared, true as is_possible,
        if(touched.node_kind = 'service', 'call', touched.operation) as access,
        touched.targets
    from {{ ref('int_map__touched') }} as touched
    left join {{ ref('int_map__stores') }} as stores using (release_id, service, store_kind)
    where not touched.is_observed and not (touched.node_kind = 'service' and touched.name = touched.service)
)

select * from declared
union all by name
select * from possible
