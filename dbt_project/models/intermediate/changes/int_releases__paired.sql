{# A service with no inventory in the previous release has nothing to be compared with; one that was not there is new. #}
with releases as (
    select * from {{ ref('int_releases') }}
),

services as (
    select release_id, service, version from {{ ref('stg_declared__services') }}
),

inventoried as (
    select distinct release_id, service from {{ ref('int_functions') }}
),

final as (
    select
        services.release_id,
        services.service,
        services.version,
        releases.previous_release_id,
        previous.version as previous_version,
        current_inventory.service is not null as has_inventory,
        previous_inventory.service is not null as had_inventory,
        not releases.is_baseline and previous.service is null as is_new_service,
        releases.is_baseline or (previous.service is not null and previous_inventory.service is null) as is_baseline
    from services
    join releases using (release_id)
    left join services as previous
        on releases.previous_release_id = previous.release_id and services.service = previous.service
    left join inventoried as current_inventory
        on services.release_id = current_inventory.release_id and services.service = current_inventory.service
    left join inventoried as previous_inventory
        on releases.previous_release_id = previous_inventory.release_id and services.service = previous_inventory.service
)

select * from final
