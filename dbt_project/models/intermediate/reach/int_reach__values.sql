with hits as (
    select release_id, service, entry_service, entry_method, entry_route, unnest(targets) as target, outside_parameter,
        outside_value, statement, hits
    from {{ ref('int_sink_hits__located') }}
    where exerciser in ('qa', 'import') and outside_parameter is not null
),

final as (
    select
        release_id,
        entry_service,
        entry_method,
        entry_route,
        service as target_service,
        target,
        outside_parameter,
        outside_value,
        statement
    from hits
    qualify row_number() over (
        partition by release_id, entry_service, entry_method, entry_route, service, target
        order by hits desc, outside_parameter, statement
    ) = 1
)

select * from final
