{# A host is a service of the system when a base URL names it, or when it is called like the service. #}
with declared as (
    select release_id, service, base_url from {{ ref('stg_declared__services') }}
),

traced as (
    select distinct release_id, service from {{ ref('stg_trace__traced_services') }}
),

known as (
    select release_id, {{ plain_host("regexp_extract(base_url, '^[a-z]+://([^/?#]+)', 1)") }} as host, service
    from declared
    where base_url is not null
    union all by name
    select release_id, lower(service) as host, service from declared
    union all by name
    select release_id, lower(service) as host, service from traced
)

select release_id, host, min(service) as service
from known
where host <> ''
group by release_id, host
