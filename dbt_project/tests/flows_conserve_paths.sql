{# Every observed call path below an endpoint is in the flows of that endpoint, with all of its calls. #}
with entries as (
    select distinct release_id, entry_service, path_id as ancestor_path_id from {{ ref('int_paths') }} where kind = 'endpoint'
),

landed as (
    select release_id, sum(paths.calls) as calls, sum(paths.traces) as traces
    from entries
    join {{ ref('int_paths__ancestors') }} using (release_id, entry_service, ancestor_path_id)
    join {{ ref('int_paths') }} as paths using (release_id, entry_service, path_id)
    group by release_id
),

told as (
    select release_id, sum(calls) as calls, sum(traces) as traces from {{ ref('flows') }} where is_observed group by release_id
)

select release_id, landed.calls, told.calls as told
from landed
full join told using (release_id)
where landed.calls is distinct from told.calls or landed.traces is distinct from told.traces
union all by name
{# every endpoint has its own flow, and every flow but that one hangs on another of the same endpoint #}
select flows.release_id, flows.calls, null as told
from {{ ref('flows') }} as flows
left join {{ ref('flows') }} as above
    on above.release_id = flows.release_id and above.endpoint_id = flows.endpoint_id and above.flow_id = flows.parent_flow_id
where above.flow_id is null and flows.flow_id <> flows.endpoint_id
union all by name
select endpoints.release_id, null as calls, null as told
from {{ ref('int_endpoints') }} as endpoints
anti join {{ ref('flows') }} as flows
    on flows.release_id = endpoints.release_id and flows.flow_id = endpoints.endpoint_id and flows.endpoint_id = endpoints.endpoint_id
