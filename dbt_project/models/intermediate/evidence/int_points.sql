with points as (
    select *, true as is_matched from {{ ref('int_points__static') }}
    union all by name
    select *, false as is_matched from {{ ref('int_points__sinks') }}
)

select * from points
