{# What should be seen, each with what was. #}
with final as (
    select release_id, service, technique, subject_kind, subject, status, reason from {{ ref('int_coverage__services') }}
    union all by name
    select release_id, service, technique, subject_kind, subject, status, reason from {{ ref('int_coverage__endpoints') }}
    union all by name
    select release_id, service, technique, subject_kind, subject, status, reason from {{ ref('int_coverage__parameters') }}
    union all by name
    select release_id, service, technique, subject_kind, subject, status, reason from {{ ref('int_coverage__functions') }}
)

select * from final
