{# The line of a definition runs where it is defined, not where it is called: only what follows it counts as reached. #}
with covered as (
    select release_id, service, file, format, test, unnest(range(start_line, end_line + 1)) as line
    from {{ ref('stg_imported__covered_lines') }}
),

lines as (
    select distinct release_id, service, file, line from covered
),

functions as (
    select *, unnest(range(start_line // 64, end_line // 64 + 1)) as bucket
    from {{ ref('int_functions') }}
    where kind <> 'module'
),

located as (
    select
        lines.release_id, lines.service, lines.file, lines.line,
        arg_max(functions.function_id, (functions.start_line, -functions.end_line, functions.function_id)) as function_id,
        max(functions.start_line) as start_line
    from lines
    join functions
        on functions.release_id = lines.release_id
        and functions.service = lines.service
        and functions.file = lines.file
        and functions.bucket = lines.line // 64
        and lines.line between functions.start_line and functions.end_line
    group by lines.release_id, lines.service, lines.file, lines.line
),

final as (
    select
        covered.release_id,
        covered.service,
        located.function_id,
        list_sort(list_distinct(list(covered.format))) as formats,
        count(distinct covered.test) as tests,
        min(covered.test) as test_example,
        count(distinct covered.line) as lines
    from covered
    join located using (release_id, service, file, line)
    where covered.line > located.start_line
    group by covered.release_id, covered.service, located.function_id
)

select * from final
