with flows as (
    select * from {{ ref('int_endpoint_functions') }}
),

functions as (
    select * from {{ ref('int_functions__changed') }} where qualified_name <> '<module>' and change <> 'removed'
),

final as (
    select
        flows.release_id,
        flows.entry_service as service,
        flows.entry_method as method,
        flows.entry_route as route,
        functions.function_id,
        functions.service as function_service,
        functions.qualified_name,
        functions.file,
        functions.lines,
        functions.change,
        flows.is_observed
    from flows
    join functions using (release_id, function_id)
)

select * from final
