with points as (
    select release_id, point_id as key_id, function_id from {{ ref('int_points') }}
),

flows as (
    select * from {{ ref('int_endpoint_functions') }}
),

final as (
    select
        points.release_id,
        points.key_id,
        bool_or(flows.is_observed and flows.is_outside) as is_observed_from_outside,
        bool_or(flows.is_observed) as is_observed,
        bool_or(flows.is_possible) as is_possible,
        bool_or(flows.is_outside) as is_outside,
        arg_min(
            {'entry_service': flows.entry_service, 'method': flows.entry_method, 'route': flows.entry_route},
            (not flows.is_outside, not flows.is_observed, flows.entry_service = flows.service,
                flows.entry_service, flows.entry_route, flows.entry_method)
        ) as entry
    from points
    inner join flows using (release_id, function_id)
    group by points.release_id, points.key_id
)

select * from final
