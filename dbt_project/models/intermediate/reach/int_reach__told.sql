{# What the source says before anyone calls it: tables of the SQL texts in functions on the endpoint's flows. #}
with flows as (
    select * from {{ ref('int_endpoint_functions') }}
),

statements as (
    select distinct
        release_id, service, file, function as qualified_name,
        unnest(list_transform(tables, lambda name: 'table:' || regexp_replace(name, '^table:', ''))) as target
    from {{ ref('stg_inventory__statements') }}
),

final as (
    select distinct
        flows.release_id, flows.entry_service, flows.entry_method, flows.entry_route,
        flows.service as target_service, statements.target
    from flows
    join statements using (release_id, service, file, qualified_name)
)

select * from final
