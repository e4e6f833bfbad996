{# Buckets of 64 lines turn the range search into a hash join: flat even where one file holds thousands of functions. #}
with lines as (
    select release_id, service, file, start_line as line from {{ ref('stg_static__matches') }}
    union
    select release_id, service, file, line from {{ ref('stg_trace__sink_hits') }}
    union
    select release_id, service, file, line from {{ ref('stg_trace__call_paths') }}
    where file is not null and line is not null
    union
    select release_id, service, file, line from {{ ref('stg_declared__truth') }}
    where file is not null and line is not null
),

functions as (
    select
        *,
        {{ stable_id(['service', 'file', 'qualified_name']) }} as function_id,
        unnest(range(start_line // 64, end_line // 64 + 1)) as bucket
    from {{ ref('stg_inventory__functions') }}
),

final as (
    select
        lines.release_id,
        lines.service,
        lines.file,
        lines.line,
        arg_max(functions.function_id, (functions.start_line, -functions.end_line, functions.kind != 'module', functions.function_id)) as function_id,
        arg_max(functions.qualified_name, (functions.start_line, -functions.end_line, functions.kind != 'module', functions.function_id)) as qualified_name
    from lines
    left join functions
        on functions.release_id = lines.release_id
        and functions.service = lines.service
        and functions.file = lines.file
        and functions.bucket = lines.line // 64
        and lines.line between functions.start_line and functions.end_line
    group by lines.release_id, lines.service, lines.file, lines.line
)

select * from final
