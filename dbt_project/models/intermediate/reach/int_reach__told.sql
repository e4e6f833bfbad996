{# What the source says before anyone calls it: tables of SQL texts and services whose functions lie on the flows. #}
with flows as (
    select * from {{ ref('int_endpoint_functions') }}
),

statements as (
    select distinct
        release_id, service, file, function as qualified_name,
        unnest(list_transform(tables, lambda name: 'table:' || lower(regexp_replace(name, '^table:', '')))) as target
    from {{ ref('stg_inventory__statements') }}
),

tables as (
    select
        flows.release_id, flows.entry_service, flows.entry_method, flows.entry_route,
        flows.service as target_service, statements.target
    from flows
    join statements using (release_id, service, file, qualified_name)
),

services as (
    select release_id, entry_service, entry_method, entry_route, service as target_service, 'service:' || service as target
    from flows
    where service <> entry_service
),

final as (
    select distinct * from (select * from tables union all by name select * from services)
)

select * from final
