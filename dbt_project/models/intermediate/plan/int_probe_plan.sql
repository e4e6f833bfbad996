{# First what would confirm or refute the most risk; last where recordings show no sink of the kind. #}
with candidates as (
    select * from {{ ref('int_probe_plan__candidates') }}
),

requests as (
    {# an optional query parameter may lead elsewhere: only what the endpoint needs goes along with what is probed #}
    select
        candidates.release_id, candidates.attempt_id,
        to_json(list(
            {'name': parameters.parameter, 'place': parameters.place, 'example': parameters.example}
            order by parameters.place, parameters.parameter
        ))::varchar as request_parameters
    from candidates
    join {{ ref('int_probe_plan__parameters') }} as parameters using (release_id, service, method, route)
    where parameters.place <> 'query' or parameters.is_required
        or (parameters.place = candidates.place and parameters.parameter = candidates.parameter)
    group by all
),

reads as (
    select * from {{ ref('int_probe_plan__reads') }}
),

judged as (
    select
        candidates.*,
        case
            when candidates.dynamic_form = 'passive' then coalesce(reads.request_parameters, '[]')
            else coalesce(requests.request_parameters, '[]')
        end as request_parameters,
        leads.finding_id,
        coalesce(leads.risk_score, 0) as risk_score,
        allowed.refusal,
        coalesce(endpoints.is_outside, false) as is_outside,
        coalesce(list_has_any(endpoints.seen_by, ['qa', 'import']) and services.is_recorded, false) as has_traces,
        case
            when leads.is_unsettled then 1
            when list_contains(sinks.outside_parameters, candidates.parameter) then 2
            when sinks.sink_kind is not null then 3
            when candidates.dynamic_form <> 'probe' then 4
            when candidates.sink_kind is not null and has_traces and leads.finding_id is null then 6
            else 5
        end as tier
    from candidates
    join {{ ref('int_probe_plan__allowed') }} as allowed using (release_id, attempt_id)
    join {{ ref('int_services__recorded') }} as services using (release_id, service)
    left join {{ ref('int_endpoints') }} as endpoints using (release_id, service, method, route)
    left join requests using (release_id, attempt_id)
    left join reads using (release_id, service)
    left join {{ ref('int_probe_plan__leads') }} as leads using (release_id, service, method, route, weakness_class)
    left join {{ ref('int_probe_plan__sinks') }} as sinks using (release_id, service, method, route, sink_kind)
),

final as (
    select
        * exclude (risk_score, tier, has_traces, is_outside, sink_kind, safety),
        [
            'would confirm or refute a finding of the class on its flows',
            'the outside value was seen at such a sink',
            'such a sink lies on its flows',
            'once a service or object',
            'nothing is known against it',
            'no such sink was seen on its recorded flows'
        ][tier] || if(is_outside, '; exposed', '') as reason,
        row_number() over (
            partition by release_id
            order by refusal is not null, tier, is_outside desc, risk_score desc, service, route, method, place, parameter, rule_id
        ) as plan_rank,
        refusal is null as is_allowed
    from judged
)

select * from final
