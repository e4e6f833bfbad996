{# Where a helper calls the sink for its caller: the nearest function above the sink that holds a match of the class. #}
with located as (
    select release_id, evidence_id, weakness_class, attempt_id, unnest(paths) as path
    from {{ ref('int_evidence') }}
    where file is not null
        and paths is not null
        and evidence_id not in (select evidence_id from {{ ref('int_joins__sink') }})
),

functions as (
    select distinct release_id, entry_service, path_id, function_id
    from {{ ref('int_paths') }}
    where kind = 'function' and function_id is not null
),

points as (
    select * from {{ ref('int_points__static') }}
),

above as (
    select
        located.release_id,
        located.evidence_id,
        located.attempt_id,
        points.point_id,
        ancestors.distance
    from located
    inner join {{ ref('int_paths__ancestors') }} as ancestors
        on ancestors.release_id = located.release_id
        and ancestors.entry_service = located.path.entry_service
        and ancestors.path_id = located.path.path_id
    inner join functions
        on functions.release_id = ancestors.release_id
        and functions.entry_service = ancestors.entry_service
        and functions.path_id = ancestors.ancestor_path_id
    inner join points
        on points.release_id = located.release_id
        and points.weakness_class = located.weakness_class
        and points.function_id = functions.function_id
    qualify ancestors.distance = min(ancestors.distance) over (partition by located.evidence_id)
)

select distinct
    release_id,
    evidence_id,
    point_id,
    case when attempt_id is not null then 2 else 4 end as join_pass
from above
