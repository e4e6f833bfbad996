with candidates as (
    select * from {{ ref('int_probe_plan__candidates') }}
),

releases as (
    select release_id, is_mutation_allowed from {{ ref('int_releases') }}
),

operations as (
    select * from {{ ref('int_probe_plan__operations') }}
),

known_flows as (
    select distinct release_id, entry_service as service, entry_method as method, entry_route as route
    from {{ ref('int_endpoint_functions') }}
),

final as (
    select
        candidates.release_id,
        candidates.attempt_id,
        case
            when candidates.safety = 'destructive' then 'the rule destroys'
            when operations.has_destroy then 'destructive: its flows delete at ' || operations.destroy_place
            when candidates.method = 'DELETE' then 'destructive: the method deletes'
            when releases.is_mutation_allowed or candidates.dynamic_form = 'passive' then null
            when candidates.method not in ('GET', 'HEAD', 'OPTIONS') then 'the manifest does not allow mutation'
            when candidates.safety = 'may-mutate' and operations.has_write then 'may mutate: its flows write'
            when candidates.safety = 'may-mutate' and known_flows.release_id is null then 'may mutate: its flows are not known'
        end as refusal
    from candidates
    join releases using (release_id)
    left join operations using (release_id, service, method, route)
    left join known_flows using (release_id, service, method, route)
)

select * from final
