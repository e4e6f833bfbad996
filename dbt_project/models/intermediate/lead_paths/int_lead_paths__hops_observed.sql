with ranked as (
    select * from {{ ref('int_lead_paths__ranked') }} where is_observed
),

nodes as (
    select
        release_id, entry_service, path_id,
        any_value(kind) as kind,
        any_value(service) as service,
        any_value(symbol) as symbol,
        any_value(file) as file,
        any_value(line) as line,
        sum(calls)::bigint as calls,
        list_sort(list(distinct exerciser)) as exercisers
    from {{ ref('int_paths') }}
    group by all
)

select
    ranked.release_id,
    ranked.key_id,
    ranked.path_number,
    row_number() over (
        partition by ranked.release_id, ranked.key_id, ranked.path_number order by ancestors.distance desc
    ) as hop,
    nodes.kind as hop_kind,
    nodes.service,
    nodes.symbol,
    nodes.file,
    nodes.line,
    true as is_observed,
    nodes.calls,
    nodes.exercisers
from ranked
inner join {{ ref('int_paths__ancestors') }} as ancestors using (release_id, entry_service, path_id)
inner join nodes
    on nodes.release_id = ancestors.release_id
    and nodes.entry_service = ancestors.entry_service
    and nodes.path_id = ancestors.ancestor_path_id
where nodes.kind != 'sink'
