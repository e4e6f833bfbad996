{# Pass 2: the attempt names no sink, and its probes' traces pass through a function that holds a point of the class. #}
with unlocated as (
    select release_id, evidence_id, weakness_class, attempt_id
    from {{ ref('int_evidence') }}
    where attempt_id is not null and file is null
),

probes as (
    select distinct release_id, attempt_id, trace_id from {{ ref('int_probes') }} where is_traced
),

taken as (
    select distinct traces.release_id, traces.trace_id, paths.function_id
    from {{ ref('stg_trace__trace_paths') }} as traces
    inner join {{ ref('int_paths__ancestors') }} as ancestors using (release_id, path_id)
    inner join {{ ref('int_paths') }} as paths
        on paths.release_id = ancestors.release_id
        and paths.entry_service = ancestors.entry_service
        and paths.path_id = ancestors.ancestor_path_id
    where paths.function_id is not null
)

select distinct unlocated.release_id, unlocated.evidence_id, points.point_id, 2 as join_pass
from unlocated
inner join probes using (release_id, attempt_id)
inner join taken using (release_id, trace_id)
inner join {{ ref('int_points') }} as points
    on points.release_id = taken.release_id
    and points.function_id = taken.function_id
    and points.weakness_class = unlocated.weakness_class
