{# Same name and file first; what is left on both sides meets by body, the same name in another file before another name. #}
with pairs as (
    select release_id, service, previous_release_id from {{ ref('int_releases__paired') }} where not is_baseline
),

functions as (
    select
        *,
        row_number() over (partition by release_id, service, file, qualified_name order by start_line) as twin
    from {{ ref('int_functions') }}
    where kind <> 'module'
),

current_functions as (
    select functions.*, pairs.previous_release_id
    from functions
    join pairs using (release_id, service)
),

previous_functions as (
    select functions.* exclude (release_id), pairs.release_id, pairs.previous_release_id
    from functions
    join pairs on functions.release_id = pairs.previous_release_id and functions.service = pairs.service
),

same_name as (
    select
        c.release_id, c.function_id, p.function_id as previous_function_id,
        if(c.body_hash = p.body_hash, 'unchanged', 'changed') as change
    from current_functions as c
    join previous_functions as p
        on c.release_id = p.release_id and c.service = p.service and c.file = p.file
        and c.qualified_name = p.qualified_name and c.twin = p.twin
),

left_now as (
    select c.*, row_number() over (partition by release_id, service, body_hash, qualified_name order by file) as same_named
    from current_functions as c
    anti join same_name using (release_id, function_id)
),

left_before as (
    select p.*, row_number() over (partition by release_id, service, body_hash, qualified_name order by file) as same_named
    from previous_functions as p
    anti join same_name on p.release_id = same_name.release_id and p.function_id = same_name.previous_function_id
),

moved as (
    select c.release_id, c.function_id, p.function_id as previous_function_id, 'moved' as change
    from left_now as c
    join left_before as p using (release_id, service, body_hash, qualified_name, same_named)
),

unnamed_now as (
    select c.*, row_number() over (partition by release_id, service, body_hash order by file, start_line) as place
    from left_now as c
    anti join moved using (release_id, function_id)
),

unnamed_before as (
    select p.*, row_number() over (partition by release_id, service, body_hash order by file, start_line) as place
    from left_before as p
    anti join moved on p.release_id = moved.release_id and p.function_id = moved.previous_function_id
),

renamed as (
    select
        c.release_id, c.function_id, p.function_id as previous_function_id,
        if(c.file = p.file, 'renamed', 'moved') as change
    from unnamed_now as c
    join unnamed_before as p using (release_id, service, body_hash, place)
),

final as (
    select * from same_name union all by name select * from moved union all by name select * from renamed
)

select * from final
