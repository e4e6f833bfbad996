{# Passes 1 and 3. The line itself decides; else the function, for a match whose own line no value was seen at. #}
with located as (
    select release_id, evidence_id, service, weakness_class, file, line, function_id, attempt_id
    from {{ ref('int_evidence') }}
    where signal != 'static.match' and file is not null
),

points as (
    select * from {{ ref('int_points__static') }}
),

on_line as (
    select located.evidence_id, points.point_id, true as is_on_line
    from located
    inner join points
        on points.release_id = located.release_id
        and points.service = located.service
        and points.weakness_class = located.weakness_class
        and points.file = located.file
        and located.line between points.start_line and points.end_line
),

in_function as (
    select located.evidence_id, points.point_id, false as is_on_line
    from located
    inner join points using (release_id, service, weakness_class, file, function_id)
    where located.evidence_id not in (select evidence_id from on_line)
        and not exists (
            select 1 from {{ ref('stg_trace__sink_hits') }} as hits
            where hits.release_id = points.release_id
                and hits.service = points.service
                and hits.file = points.file
                and hits.line between points.start_line and points.end_line
        )
),

joined as (
    select * from on_line
    union all by name
    select * from in_function
)

select
    located.release_id,
    joined.evidence_id,
    joined.point_id,
    joined.is_on_line,
    case when located.attempt_id is not null then 1 else 3 end as join_pass
from joined
inner join located using (evidence_id)
