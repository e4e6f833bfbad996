{# What an endpoint's flows do to data, observed or told by the source: nobody calls an endpoint to learn whether it destroys. #}
with flows as (
    select release_id, entry_service as service, entry_method as method, entry_route as route, function_id,
        service as function_service, qualified_name, file
    from {{ ref('int_endpoint_functions') }}
),

told as (
    select flows.release_id, flows.service, flows.method, flows.route, statements.operation, statements.file || ':' || statements.line as place
    from flows
    join {{ ref('stg_inventory__statements') }} as statements
        on flows.release_id = statements.release_id and flows.function_service = statements.service
        and flows.file = statements.file and flows.qualified_name = statements.function
),

observed as (
    select flows.release_id, flows.service, flows.method, flows.route, hits.operation, hits.file || ':' || hits.line as place
    from flows
    join {{ ref('int_sink_hits__located') }} as hits using (release_id, function_id)
    where hits.exerciser in ('qa', 'import')
),

entered as (
    select release_id, entry_service as service, entry_method as method, entry_route as route, operation, file || ':' || line as place
    from {{ ref('int_sink_hits__located') }}
    where exerciser in ('qa', 'import')
),

final as (
    select
        release_id,
        service,
        method,
        route,
        bool_or(operation = 'destroy') as has_destroy,
        bool_or(operation in ('write', 'destroy')) as has_write,
        min(place) filter (where operation = 'destroy') as destroy_place
    from (
        select * from told
        union all by name
        select * from observed
        union all by name
        select * from entered
    )
    group by all
)

select * from final
