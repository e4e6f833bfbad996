{# A datastore declared by the name of a product is one of that service's own; any other name is shared by all who declare it. #}
with declared as (
    select release_id, service, unnest(datastores) as declared_as from {{ ref('stg_declared__services') }}
),

products as (
    select * from {{ ref('datastore_products') }}
)

select distinct
    declared.release_id,
    declared.service,
    if(declared.declared_as = products.product, declared.declared_as || ' of ' || declared.service, declared.declared_as) as name,
    coalesce(products.store_kind, 'unknown') as store_kind
from declared
left join products on products.product = lower(split_part(declared.declared_as, ':', 1))
