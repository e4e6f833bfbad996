{# What ran, beside what the inventory knows. A module's own code covers every line of its file, so it only counts for itself. #}
with ran as (
    select
        release_id, service, file, symbol,
        any_value(function_id) as function_id,
        min(line) as line,
        list_sort(list_distinct(list(exerciser))) as exercisers,
        sum(calls)::bigint as calls
    from {{ ref('int_paths') }}
    where kind = 'function'
    group by release_id, service, file, symbol
),

functions as (
    select function_id, release_id, service, file, qualified_name, kind from {{ ref('int_functions') }}
),

files as (
    select distinct release_id, service, file from functions
),

services as (
    select distinct release_id, service from functions
),

final as (
    select
        ran.* exclude (function_id),
        if(functions.kind = 'module' and functions.qualified_name <> ran.symbol, null, functions.function_id) as function_id,
        case
            when functions.function_id is not null and (functions.kind <> 'module' or functions.qualified_name = ran.symbol) then null
            when services.service is null then 'no_inventory'
            when ran.file is null then 'no_location'
            when files.file is null then 'unknown_file'
            else 'unknown_line'
        end as unmatched_because
    from ran
    left join functions on functions.release_id = ran.release_id and functions.function_id = ran.function_id
    left join files on files.release_id = ran.release_id and files.service = ran.service and files.file = ran.file
    left join services on services.release_id = ran.release_id and services.service = ran.service
)

select * from final
