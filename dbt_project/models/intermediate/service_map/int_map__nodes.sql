{# Both ends of every link, and every service that is declared or was traced. #}
with links as (
    select * from {{ ref('int_map__links') }}
),

declared as (
    select * from {{ ref('stg_declared__services') }}
),

traced as (
    select
        release_id, service, sum(spans)::bigint as spans, list_sort(list(distinct exerciser)) as exercisers,
        coalesce(bool_or(sampled), false) as is_sampled, sum(dropped)::bigint as dropped
    from {{ ref('stg_trace__traced_services') }}
    group by all
),

ends as (
    select release_id, to_kind as kind, to_name as name, status, exercisers, list_concat(targets, possible_targets) as targets, calls
    from links
    union all by name
    select release_id, from_kind as kind, from_name as name, status, exercisers from links
    union all by name
    select release_id, 'service' as kind, service as name from declared
    union all by name
    select release_id, 'service' as kind, service as name, exercisers from traced
),

folded as (
    select
        release_id, kind, name,
        list_sort(list_distinct(flatten(list(coalesce(exercisers, []))))) as exercisers,
        list_sort(list_distinct(flatten(list(coalesce(targets, []))))) as targets,
        coalesce(sum(calls), 0)::bigint as calls,
        coalesce(min(list_position(['observed', 'declared', 'possible', 'gone'], status)), 4) as standing
    from ends
    group by release_id, kind, name
),

stores as (
    select release_id, name, any_value(store_kind) as store_kind
    from (
        select release_id, name, store_kind from {{ ref('int_datastores') }}
        union all by name
        select release_id, name, store_kind from {{ ref('int_map__stores') }}
    )
    group by release_id, name
),

final as (
    select
        folded.* exclude (standing),
        stores.store_kind,
        declared.service is not null as is_declared,
        declared.exposure,
        declared.is_released,
        declared.base_url is not null as is_deployed,
        coalesce(traced.spans, 0) as spans,
        coalesce(traced.is_sampled, false) as is_sampled,
        coalesce(traced.dropped, 0) as dropped,
        case
            when folded.kind <> 'service' then ['observed', 'declared', 'possible', 'gone'][folded.standing]
            when traced.spans > 0 then 'traced'
            when folded.standing = 1 then 'uninstrumented'
            else 'not_seen'
        end as status
    from folded
    left join declared on folded.kind = 'service' and declared.release_id = folded.release_id and declared.service = folded.name
    left join traced on folded.kind = 'service' and traced.release_id = folded.release_id and traced.service = folded.name
    left join stores on folded.kind = 'datastore' and stores.release_id = folded.release_id and stores.name = folded.name
)

select *, kind || ':' || name as node_id from final
