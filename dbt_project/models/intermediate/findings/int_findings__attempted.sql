{# Whether or not an attempt decided anything. #}
with functions as (
    select release_id, point_id as key_id, function_id from {{ ref('int_points') }}
),

attempted as (
    select functions.release_id, functions.key_id, count(distinct attempts.attempt_id) as attempts
    from functions
    inner join {{ ref('int_endpoint_functions') }} as flows using (release_id, function_id)
    inner join {{ ref('int_attempts__judged') }} as attempts
        on attempts.release_id = flows.release_id
        and attempts.service = flows.entry_service
        and attempts.method = flows.entry_method
        and attempts.route = flows.entry_route
    inner join {{ ref('int_points') }} as points
        on points.release_id = functions.release_id
        and points.point_id = functions.key_id
        and points.weakness_class = attempts.weakness_class
    group by functions.release_id, functions.key_id
)

select * from attempted
