with covered as (
    select release_id, service, file, exerciser, status, limited_by from {{ ref('int_functions__covered') }}
    union all by name
    select release_id, service, file, 'any' as exerciser, status, limited_by from {{ ref('int_functions__covered_by_any') }}
)

select
    release_id, service,
    coalesce(file, '*') as file,
    exerciser,
    count(*) as functions,
    count(*) filter (where status = 'reached') as reached,
    count(*) filter (where status = 'unreached') as unreached,
    count(*) filter (where status = 'unknown') as unknown,
    min(limited_by) as limited_by
from covered
group by grouping sets ((release_id, service, file, exerciser), (release_id, service, exerciser))
