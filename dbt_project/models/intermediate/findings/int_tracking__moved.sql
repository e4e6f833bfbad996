{# A function that was moved or renamed takes its findings along, those of one statement in the order of their lines. #}
with {{ unclaimed_findings(['int_tracking__exact', 'int_tracking__snippet']) }},

now_placed as (
    select now.*, matched.earlier_release_id, matched.previous_function_id, row_number() over (
        partition by now.release_id, matched.earlier_release_id, now.function_id, now.weakness_class, now.normalised_snippet
        order by now.line, now.key_id
    ) as place
    from now
    inner join {{ ref('int_functions__matched') }} as matched using (release_id, function_id)
),

before_placed as (
    select *, function_id as previous_function_id, row_number() over (
        partition by release_id, earlier_release_id, function_id, weakness_class, normalised_snippet order by line, key_id
    ) as place
    from before
)

select
    now.release_id, now.key_id, before.earlier_release_id, before.key_id as earlier_key_id,
    'moved' as tracking_pass
from now_placed as now
inner join before_placed as before
    using (release_id, earlier_release_id, previous_function_id, weakness_class, normalised_snippet, place)
qualify row_number() over (partition by now.release_id, now.key_id order by before.distance) = 1
