with pairs as (
    select * from {{ ref('int_releases__paired') }} where not is_baseline and has_inventory
),

endpoints as (
    select * from {{ ref('int_endpoints') }} where status <> 'shadow'
),

final as (
    select pairs.release_id, endpoints.service, endpoints.method, endpoints.route
    from pairs
    join endpoints on pairs.previous_release_id = endpoints.release_id and pairs.service = endpoints.service
    anti join endpoints as kept
        on pairs.release_id = kept.release_id and endpoints.service = kept.service
        and endpoints.method = kept.method and endpoints.route = kept.route
)

select * from final
