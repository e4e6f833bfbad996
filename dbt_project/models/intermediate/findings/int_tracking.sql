with pairs as (
    select * from {{ ref('int_tracking__exact') }}
    union all by name
    select * from {{ ref('int_tracking__snippet') }}
    union all by name
    select * from {{ ref('int_tracking__moved') }}
    union all by name
    select * from {{ ref('int_tracking__nearest') }}
)

select * from pairs
