{# One place in the flows of an endpoint for each function: the shallowest that was observed, else where the call graph leads. #}
with observed as (
    select
        release_id, endpoint_id, function_id,
        arg_min(flow_id, (depth, flow_id)) as flow_id,
        true as is_observed
    from {{ ref('int_flows__observed') }}
    where function_id is not null and kind = 'function'
    group by release_id, endpoint_id, function_id
),

possible as (
    select
        release_id, endpoint_id, function_id,
        {{ stable_id(['endpoint_id', 'function_id']) }} as flow_id,
        false as is_observed,
        previous_id,
        distance
    from {{ ref('int_flows__steps') }}
    anti join observed using (release_id, endpoint_id, function_id)
)

select * from observed
union all by name
select * from possible
