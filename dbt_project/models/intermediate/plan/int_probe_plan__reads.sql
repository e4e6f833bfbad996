{# Harmless looks at a service: what a passive rule reads, and where a value that an attempt stored may come out. Of an
   endpoint whose code is unknown and that nobody has called nobody knows whether it destroys: it is not read. #}
with endpoints as (
    select release_id, service, route
    from {{ ref('int_endpoints') }}
    where method = 'GET' and status = 'declared' and route <> '' and not contains(route, '{')
        and (handler is not null or list_has_any(seen_by, ['qa', 'import']))
),

operations as (
    select * from {{ ref('int_probe_plan__operations') }} where method = 'GET'
),

final as (
    select
        endpoints.release_id,
        endpoints.service,
        to_json(list({'name': endpoints.route, 'place': 'route', 'example': ''} order by endpoints.route))::varchar
            as request_parameters
    from endpoints
    left join operations using (release_id, service, route)
    where not coalesce(operations.has_write, false) and not coalesce(operations.has_destroy, false)
    group by endpoints.release_id, endpoints.service
)

select * from final
