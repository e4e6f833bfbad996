with calls as (
    select
        release_id,
        {{ stable_id(['service', 'caller_file', 'caller']) }} as caller_id,
        {{ stable_id(['service', 'callee_file', 'callee']) }} as callee_id,
        min(line) as line,
        false as is_observed
    from {{ ref('stg_inventory__calls') }}
    where kind = 'call' and callee_file is not null
    group by all
),

nodes as (
    select * from {{ ref('int_paths') }}
),

links as (
    {# a request from one service to the next, seen in a trace, leads to the handler of the endpoint #}
    select
        nodes.release_id,
        parents.function_id as caller_id,
        endpoints.handler_id as callee_id,
        min(parents.line) as line,
        true as is_observed
    from nodes
    inner join nodes as parents
        on parents.release_id = nodes.release_id
        and parents.entry_service = nodes.entry_service
        and parents.path_id = nodes.parent_path_id
        and parents.exerciser = nodes.exerciser
    inner join {{ ref('int_endpoints') }} as endpoints
        on endpoints.release_id = nodes.release_id
        and endpoints.service = nodes.service
        and endpoints.method = nodes.method
        and endpoints.route = nodes.route
    where nodes.kind = 'endpoint' and parents.function_id is not null and endpoints.handler is not null
    group by all
)

select * from calls
union all by name
select * from links
