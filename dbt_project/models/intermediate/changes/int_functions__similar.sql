{# Neither name nor body is left of a function that was renamed, or moved, and changed at once. It is the same when the
   place or the name still tells and its calls agree: in the same file, or under the same name elsewhere, most of what
   either calls is called by both; or the same name stands in a file of the same name. Each is the other's best, or nobody's. #}
with ranked as (
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
    from {{ ref('int_functions__close') }}
    where is_same_file_name
        or (shared >= {{ var('similar_calls') }} and shared >= {{ var('similar_calls_share') }} * called)
)

select
    release_id, earlier_release_id, function_id, previous_function_id,
    if(is_same_file_name, 'place', 'calls') as matched_by, 'changed' as change
from ranked
where rank_now = 1 and rank_before = 1
