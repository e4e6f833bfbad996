{# Tools mark one weakness of a function at different lines: where a statement is built, and where it runs. Where several
   engines mark one place each of a function, it is one weak statement; where one marks more, nobody can tell which is
   meant, and each stays as it is. #}
with matches as (
    select * from {{ ref('int_matches__located') }}
),

runs as (
    select run_id, technique = 'imported' as is_imported from {{ ref('stg_runs') }}
),

marks as (
    select
        release_id, service, weakness_class, file, function_id, engine,
        count(distinct start_line) as marks, min(start_line) as start_line, max(end_line) as end_line
    from matches
    where function_id is not null and qualified_name <> '<module>'
    group by release_id, service, weakness_class, file, function_id, engine
),

shared as (
    select
        release_id, service, weakness_class, file, function_id,
        min(start_line) as span_start, max(end_line) as span_end
    from marks
    group by release_id, service, weakness_class, file, function_id
    having count(*) > 1 and bool_and(marks = 1)
)

select
    matches.*,
    coalesce(runs.is_imported, false) as is_imported,
    coalesce(shared.span_start, matches.start_line) as span_start,
    coalesce(shared.span_end, matches.end_line) as span_end
from matches
left join runs using (run_id)
left join shared using (release_id, service, weakness_class, file, function_id)
