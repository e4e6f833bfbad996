{# What the source and the API description say of one parameter, together; a type that nobody could tell is none. #}
select
    release_id, service, method, {{ route_key('route') }} as route_key, name, place,
    coalesce(arg_max(type, declared_by) filter (where type <> 'unknown'), 'unknown') as type,
    bool_or(is_required) as is_required
from {{ ref('stg_inventory__parameters') }}
group by all
