{# The weighted share of what should have been looked at and was not. #}
with coverage as (
    select expected.*, weights.weight
    from {{ ref('int_coverage__expected') }} as expected
    join {{ ref('coverage_weights') }} as weights using (subject_kind, technique)
    where expected.status <> 'not_applicable'
),

endpoints as (
    select release_id, service, method || ' ' || route as subject, endpoint_id from {{ ref('int_endpoints') }}
),

weighted as (
    select release_id, 'service' as subject_kind, service as subject_id, status, weight from coverage
    union all by name
    select release_id, 'release' as subject_kind, release_id as subject_id, status, weight from coverage
    union all by name
    select coverage.release_id, 'endpoint' as subject_kind, endpoints.endpoint_id as subject_id, coverage.status, coverage.weight
    from coverage
    join endpoints using (release_id, service, subject)
    where coverage.subject_kind = 'endpoint'
),

final as (
    select
        release_id,
        subject_kind,
        subject_id,
        list_sum(list(weight order by weight) filter (where status in ('not_run', 'error', 'out_of_scope'))) as not_assessed,
        list_sum(list(weight order by weight)) as expected
    from weighted
    group by all
)

select *, coalesce(not_assessed, 0) / expected as uncertainty from final
