{# `changed` when its function or one on the way to it did, and when it is proven first in this release: nobody accepted it as it is now. #}
with findings as (
    select * from {{ ref('int_findings__tracked') }}
),

pairs as (
    select release_id, service, previous_release_id, is_baseline from {{ ref('int_releases__paired') }}
),

functions as (
    select release_id, function_id, qualified_name, change from {{ ref('int_functions__changed') }} where change <> 'removed'
),

flows as (
    select
        flow.release_id, flow.finding_id,
        string_agg(functions.qualified_name || ' (' || functions.change || ')', ', ' order by functions.qualified_name) as changes
    from {{ ref('int_findings__flow_functions') }} as flow
    join functions using (release_id, function_id)
    where functions.change in ('new', 'changed')
    group by all
),

endpoints as (
    select release_id, service as entry_service, method, route, change from {{ ref('int_endpoints__changed') }}
),

compared as (
    select
        findings.release_id,
        findings.finding_id,
        case
            when pairs.is_baseline then 'baseline'
            when findings.tracking = 'new' then 'new'
            when flows.finding_id is not null then 'changed'
            when findings.function_id is null and endpoints.change in ('new', 'changed') then 'changed'
            when findings.state = 'confirmed' and previous.state <> 'confirmed' then 'changed'
            else 'unchanged'
        end as change,
        case
            when pairs.is_baseline then 'first release of the service'
            when findings.tracking = 'new' then 'not seen before'
            when flows.finding_id is not null then flows.changes
            when findings.function_id is null and endpoints.change in ('new', 'changed') then 'the endpoint changed'
            when findings.state = 'confirmed' and previous.state <> 'confirmed' then 'proven first in this release'
            else 'neither it nor a function on its flows changed'
        end as change_reason
    from findings
    left join pairs using (release_id, service)
    left join flows using (release_id, finding_id)
    left join endpoints
        on findings.release_id = endpoints.release_id and findings.entry_service = endpoints.entry_service
        and findings.method = endpoints.method and findings.route = endpoints.route
    left join findings as previous
        on pairs.previous_release_id = previous.release_id and findings.finding_id = previous.finding_id
),

final as (
    select *, change in ('new', 'changed') as is_changed from compared
)

select * from final
