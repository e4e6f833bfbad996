{# For endpoints that both releases have, under this route or another. A parameter is told by its name and place; the same
   name left in another place has moved. A type that nobody could tell is no other type. #}
with declared as (
    select * from {{ ref('int_parameters') }}
),

endpoints as (
    select paired.*, pairs.previous_release_id
    from {{ ref('int_endpoints__paired') }} as paired
    join {{ ref('int_releases__paired') }} as pairs using (release_id, service)
    where not pairs.is_baseline and pairs.has_inventory
),

now as (
    select endpoints.release_id, endpoints.endpoint_id, declared.name, declared.place, declared.type, declared.is_required
    from endpoints
    join declared
        on endpoints.release_id = declared.release_id and endpoints.service = declared.service
        and endpoints.method = declared.method and {{ route_key('endpoints.route') }} = declared.route_key
),

before as (
    select endpoints.release_id, endpoints.endpoint_id, declared.name, declared.place, declared.type, declared.is_required
    from endpoints
    join declared
        on endpoints.previous_release_id = declared.release_id and endpoints.service = declared.service
        and endpoints.previous_method = declared.method and {{ route_key('endpoints.previous_route') }} = declared.route_key
),

left_now as (
    select *, row_number() over (partition by release_id, endpoint_id, name order by place) as ordinal
    from now
    anti join before using (release_id, endpoint_id, name, place)
),

left_before as (
    select *, row_number() over (partition by release_id, endpoint_id, name order by place) as ordinal
    from before
    anti join now using (release_id, endpoint_id, name, place)
),

compared as (
    select
        release_id, endpoint_id, name, place, place as previous_place, now.type, before.type as previous_type,
        now.is_required, before.is_required as was_required
    from now
    join before using (release_id, endpoint_id, name, place)
    union all by name
    select
        release_id, endpoint_id, name, coalesce(n.place, b.place) as place,
        if(n.place is null, null, b.place) as previous_place,
        coalesce(n.type, b.type) as type, b.type as previous_type,
        n.is_required, b.is_required as was_required
    from left_now as n
    full join left_before as b using (release_id, endpoint_id, name, ordinal)
),

told as (
    select
        *,
        unnest(list_filter([
            case when was_required is null then 'new' end,
            case when is_required is null then 'removed' end,
            case when place <> previous_place then 'moved' end,
            case when type <> previous_type and type <> 'unknown' and previous_type <> 'unknown' then 'retyped' end,
            case when is_required and not was_required then 'became_required' end,
            case when not is_required and was_required then 'became_optional' end
        ], lambda told: told is not null)) as change
    from compared
)

select
    told.release_id, told.endpoint_id, endpoints.service, endpoints.method, endpoints.route,
    told.name, told.place, told.type, coalesce(told.is_required, told.was_required) as is_required,
    told.previous_place, told.previous_type, told.change
from told
join endpoints using (release_id, endpoint_id)
