{# A link that the previous release took and that nothing shows now stays, so that its absence is seen. #}
with links as (
    select * from {{ ref('int_map__now') }}
),

history as (
    select * from {{ ref('int_map__history') }}
),

gone as (
    select
        release_id, from_kind, from_name, to_kind, to_name,
        false as is_observed, false as is_declared, false as is_possible,
        []::varchar[] as exercisers, []::bigint[] as exerciser_calls, []::varchar[] as accesses, []::varchar[] as targets,
        []::varchar[] as possible_accesses, []::varchar[] as possible_targets, 0::bigint as calls
    from history
    anti join links using (release_id, from_kind, from_name, to_kind, to_name)
    where releases_ago = 1
)

select
    links.*,
    {{ stable_id(['links.from_kind', 'links.from_name', 'links.to_kind', 'links.to_name']) }} as link_id,
    links.from_kind || ':' || links.from_name as from_id,
    links.to_kind || ':' || links.to_name as to_id,
    case
        when links.is_observed then 'observed'
        when links.is_declared then 'declared'
        when links.is_possible then 'possible'
        else 'gone'
    end as status,
    history.first_release_id,
    history.last_release_id
from (select * from links union all by name select * from gone) as links
left join history using (release_id, from_kind, from_name, to_kind, to_name)
