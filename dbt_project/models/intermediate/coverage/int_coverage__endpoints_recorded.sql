with endpoints as (
    select * from {{ ref('int_endpoints') }}
),

services as (
    select * from {{ ref('int_services__recorded') }}
),

final as (
    select
        endpoints.release_id, endpoints.service, 'trace' as technique, endpoints.method, endpoints.route,
        case
            when endpoints.status = 'documented_only' or services.base_url is null then 'not_applicable'
            when list_has_any(endpoints.seen_by, ['qa', 'import']) then 'pass'
            else 'not_run'
        end as status,
        case
            when endpoints.status = 'documented_only' then 'documented, not implemented'
            when services.base_url is null then 'not deployed on staging'
            when list_has_any(endpoints.seen_by, ['qa', 'import']) then 'recorded'
            when not services.is_recorded then 'no recording of the service'
            else 'no QA request came here'
        end as reason
    from endpoints
    join services using (release_id, service)
)

select * from final
