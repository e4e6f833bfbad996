{# Neither name nor body is left of a function that was renamed, or moved, and changed at once. It is the same when the
   place or the name still tells and its calls agree: in the same file, or under the same name elsewhere, most of what
   either calls is called by both; or the same name stands in a file of the same name. Each is the other's best, or nobody's. #}
with compared as (
    select * from {{ ref('int_releases__compared') }}
),

same as (
    select * from {{ ref('int_functions__same') }}
),

functions as (
    select *, regexp_extract(file, '[^/]*$') as file_name from {{ ref('int_functions') }} where kind <> 'module'
),

now as (
    select compared.earlier_release_id, functions.*
    from functions
    join compared using (release_id, service)
    anti join same using (release_id, earlier_release_id, function_id)
),

before as (
    select compared.release_id, functions.release_id as earlier_release_id, functions.* exclude (release_id)
    from functions
    join compared on functions.release_id = compared.earlier_release_id and functions.service = compared.service
    anti join same
        on compared.release_id = same.release_id and compared.earlier_release_id = same.earlier_release_id
        and functions.function_id = same.previous_function_id
),

callees as (
    select
        release_id, {{ stable_id(['service', 'caller_file', 'caller']) }} as function_id,
        list(distinct callee) as callees
    from {{ ref('stg_inventory__calls') }}
    group by all
),

candidates as (
    select
        now.release_id, now.earlier_release_id, now.function_id, before.function_id as previous_function_id,
        now.qualified_name = before.qualified_name and now.file_name = before.file_name as is_same_file_name,
        coalesce(len(list_intersect(calls_now.callees, calls_before.callees)), 0) as shared,
        coalesce(len(list_distinct(list_concat(calls_now.callees, calls_before.callees))), 0) as called
    from now
    join before
        on now.release_id = before.release_id and now.earlier_release_id = before.earlier_release_id
        and now.service = before.service and (now.file = before.file or now.qualified_name = before.qualified_name)
    left join callees as calls_now on now.release_id = calls_now.release_id and now.function_id = calls_now.function_id
    left join callees as calls_before
        on before.earlier_release_id = calls_before.release_id and before.function_id = calls_before.function_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by release_id, earlier_release_id, function_id
            order by is_same_file_name desc, shared / greatest(called, 1) desc, shared desc, previous_function_id
        ) as rank_now,
        row_number() over (
            partition by release_id, earlier_release_id, previous_function_id
            order by is_same_file_name desc, shared / greatest(called, 1) desc, shared desc, function_id
        ) as rank_before
    from candidates
    where is_same_file_name
        or (shared >= {{ var('similar_calls') }} and shared >= {{ var('similar_calls_share') }} * called)
)

select
    release_id, earlier_release_id, function_id, previous_function_id,
    if(is_same_file_name, 'place', 'calls') as matched_by, 'changed' as change
from ranked
where rank_now = 1 and rank_before = 1
