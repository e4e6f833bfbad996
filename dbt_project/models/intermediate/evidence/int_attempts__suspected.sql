{# Where a match stands, a value of ordinary traffic arrived, or a probe proved it. #}
with decided as (
    select * from {{ ref('int_attempts__decided') }}
),

judged as (
    select * from {{ ref('int_attempts__judged') }}
),

points as (
    select * from {{ ref('int_points__static') }}
),

suspected as (
    select release_id, service, weakness_class, file, line from {{ ref('int_evidence__sink_hits') }}
    union
    select decided.release_id, decided.service, judged.weakness_class, decided.file, decided.line
    from decided
    inner join judged using (release_id, attempt_id)
    where decided.verdict = 'confirmed' and decided.file is not null
    union
    select release_id, service, weakness_class, file, unnest(range(start_line, end_line + 1)) as line from points
)

select * from suspected
