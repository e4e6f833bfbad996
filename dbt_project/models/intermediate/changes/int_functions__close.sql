{# Two functions left over on either side are close in one file, or under one name. #}
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
    select
        compared.earlier_release_id, functions.*,
        count(*) over (partition by release_id, earlier_release_id, service, file) as in_file,
        count(*) over (partition by release_id, earlier_release_id, service, qualified_name) as so_called
    from functions
    join compared using (release_id, service)
    anti join same using (release_id, earlier_release_id, function_id)
),

before as (
    select
        compared.release_id, functions.release_id as earlier_release_id, functions.* exclude (release_id),
        count(*) over (partition by compared.release_id, functions.release_id, functions.service, file) as in_file,
        count(*) over (partition by compared.release_id, functions.release_id, functions.service, qualified_name) as so_called
    from functions
    join compared on functions.release_id = compared.earlier_release_id and functions.service = compared.service
    anti join same
        on compared.release_id = same.release_id and compared.earlier_release_id = same.earlier_release_id
        and functions.function_id = same.previous_function_id
),

{# a file written anew by a generator, or a name that every file has, tells nothing #}
close as (
    select n.release_id, n.earlier_release_id, n.function_id, b.function_id as previous_function_id, false as is_same_file_name
    from now as n
    join before as b using (release_id, earlier_release_id, service, file)
    where greatest(n.in_file, b.in_file) <= {{ var('similar_candidates') }}
    union all
    select
        n.release_id, n.earlier_release_id, n.function_id, b.function_id as previous_function_id,
        n.file_name = b.file_name as is_same_file_name
    from now as n
    join before as b using (release_id, earlier_release_id, service, qualified_name)
    where greatest(n.so_called, b.so_called) <= {{ var('similar_candidates') }}
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
        close.*,
        coalesce(len(list_intersect(calls_now.callees, calls_before.callees)), 0) as shared,
        coalesce(len(list_distinct(list_concat(calls_now.callees, calls_before.callees))), 0) as called
    from close
    left join callees as calls_now on close.release_id = calls_now.release_id and close.function_id = calls_now.function_id
    left join callees as calls_before
        on close.earlier_release_id = calls_before.release_id and close.previous_function_id = calls_before.function_id
)

select * from candidates
