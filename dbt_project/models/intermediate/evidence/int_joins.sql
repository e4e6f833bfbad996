with joins as (
    select release_id, evidence_id, point_id, join_pass from {{ ref('int_joins__sink') }}
    union all by name
    select release_id, evidence_id, point_id, join_pass from {{ ref('int_joins__sink_path') }}
    union all by name
    select release_id, evidence_id, point_id, join_pass from {{ ref('int_joins__probe_trace') }}
    union all by name
    select release_id, evidence_id, point_id, join_pass from {{ ref('int_joins__flow') }}
)

select * from joins
