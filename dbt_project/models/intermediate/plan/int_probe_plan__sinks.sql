{# Kinds of sink that QA or import traffic reached from an endpoint, by its own traces or through the functions on its flows. #}
with hits as (
    select * from {{ ref('int_sink_hits__located') }} where exerciser in ('qa', 'import')
),

through_flows as (
    select
        flows.release_id, flows.entry_service as service, flows.entry_method as method, flows.entry_route as route,
        hits.kind as sink_kind, cast(null as varchar) as outside_parameter
    from {{ ref('int_endpoint_functions') }} as flows
    join hits using (release_id, function_id)
),

entered as (
    select release_id, entry_service as service, entry_method as method, entry_route as route, kind as sink_kind, outside_parameter
    from hits
),

final as (
    select
        release_id, service, method, route, sink_kind,
        coalesce(list(distinct outside_parameter) filter (where outside_parameter is not null), []) as outside_parameters
    from (select * from through_flows union all by name select * from entered)
    group by all
)

select * from final
