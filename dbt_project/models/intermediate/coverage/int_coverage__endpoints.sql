with techniques as (
    select * from {{ ref('int_coverage__endpoints_probed') }}
    union all by name
    select * from {{ ref('int_coverage__endpoints_recorded') }}
),

final as (
    select *, 'endpoint' as subject_kind, method || ' ' || route as subject from techniques
)

select * from final
