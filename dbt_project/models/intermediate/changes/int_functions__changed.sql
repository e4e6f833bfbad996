{# Functions that are gone keep the id they had; the top level of a file is compared by nobody and stays `unchanged`. #}
with pairs as (
    select * from {{ ref('int_releases__paired') }}
),

functions as (
    select * from {{ ref('int_functions') }}
),

matched as (
    select matched.*
    from {{ ref('int_functions__matched') }} as matched
    join functions using (release_id, function_id)
    join pairs
        on functions.release_id = pairs.release_id and functions.service = pairs.service
        and matched.earlier_release_id = pairs.previous_release_id
    where not pairs.is_baseline
),

present as (
    select
        functions.release_id,
        functions.function_id,
        functions.service,
        functions.qualified_name,
        functions.file,
        functions.kind,
        functions.start_line,
        functions.end_line - functions.start_line + 1 as lines,
        case
            when pairs.is_baseline then 'baseline'
            when functions.kind = 'module' then 'unchanged'
            else coalesce(matched.change, 'new')
        end as change,
        matched.matched_by,
        matched.previous_function_id,
        previous.qualified_name as previous_qualified_name,
        previous.file as previous_file
    from functions
    join pairs using (release_id, service)
    left join matched using (release_id, function_id)
    left join functions as previous
        on pairs.previous_release_id = previous.release_id and matched.previous_function_id = previous.function_id
),

removed as (
    select
        pairs.release_id,
        functions.function_id,
        functions.service,
        functions.qualified_name,
        functions.file,
        functions.kind,
        functions.start_line,
        functions.end_line - functions.start_line + 1 as lines,
        'removed' as change
    from pairs
    join functions on pairs.previous_release_id = functions.release_id and pairs.service = functions.service
    anti join matched
        on pairs.release_id = matched.release_id and functions.function_id = matched.previous_function_id
    where not pairs.is_baseline and pairs.has_inventory and functions.kind <> 'module'
),

final as (
    select * from present
    union all by name
    select * from removed
)

select * from final
