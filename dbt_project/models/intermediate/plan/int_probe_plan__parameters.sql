{# What traffic showed is the better example than what the description says; a typed default is the last resort.
   Headers of the transport are the scanner's own. #}
with declared as (
    select
        release_id, service, method, route, name, place,
        max_by(type, (declared_by = 'openapi', type)) as type,
        bool_or(is_required) as is_required,
        max(example) as example
    from {{ ref('stg_inventory__parameters') }}
    group by all
),

seen as (
    select release_id, service, method, route, name, place, min_by(example, (exerciser not in ('qa', 'import'), length(example), example)) as example
    from {{ ref('stg_trace__seen_parameters') }}
    where exerciser in ('qa', 'import')
    group by all
),

defaults as (
    select type, example from {{ ref('typed_defaults') }}
),

both_known as (
    select
        coalesce(seen.release_id, declared.release_id) as release_id,
        coalesce(seen.service, declared.service) as service,
        coalesce(seen.method, declared.method) as method,
        coalesce(seen.route, declared.route) as route,
        coalesce(seen.name, declared.name) as parameter,
        coalesce(seen.place, declared.place) as place,
        coalesce(declared.type, 'unknown') as type,
        seen.name is not null as is_seen,
        coalesce(declared.is_required, false) as is_required,
        coalesce(seen.example, declared.example) as known_example
    from declared
    full join seen
        on declared.release_id = seen.release_id and declared.service = seen.service and declared.method = seen.method
        and declared.route = seen.route and declared.name = seen.name and declared.place = seen.place
),

final as (
    select both_known.* exclude (known_example), coalesce(known_example, defaults.example, 'leadline') as example
    from both_known
    left join defaults using (type)
    where not (place = 'header' and list_contains({{ var('transport_headers') }}, lower(parameter)))
)

select * from final
