{# The line of a declaration runs when its surroundings do: only what stands below it says that the function ran. #}
with covered as (
    select distinct release_id, service, file, unnest(range(start_line, end_line + 1)) as line
    from {{ ref('stg_imported__covered_lines') }}
),

functions as (
    select
        release_id, service, file, function_id, start_line, end_line,
        unnest(range(start_line // 64, end_line // 64 + 1)) as bucket
    from {{ ref('int_functions') }}
    where kind <> 'module'
),

innermost as (
    select
        covered.release_id, covered.service, covered.file, covered.line,
        arg_max(functions.function_id, (functions.start_line, -functions.end_line, functions.function_id)) as function_id
    from covered
    inner join functions
        on functions.release_id = covered.release_id
        and functions.service = covered.service
        and functions.file = covered.file
        and functions.bucket = covered.line // 64
        and covered.line > functions.start_line and covered.line <= functions.end_line
    group by covered.release_id, covered.service, covered.file, covered.line
)

select distinct release_id, function_id from innermost
