with hops as (
    select * from {{ ref('int_lead_paths__hops') }}
    union all by name
    select * from {{ ref('int_lead_paths__lines') }}
),

ranked as (
    select release_id, key_id, path_number, entry_service, entry_method, entry_route
    from {{ ref('int_lead_paths__ranked') }}
),

findings as (
    select release_id, key_id, entry_service, method, route from {{ ref('int_findings') }} where file is null
),

outside as (
    {# what is known to enter at an endpoint on its way to the finding #}
    select
        release_id, key_id, entry_service, method as entry_method, route as entry_route,
        arg_min(parameter, (outside_value is null, evidence_id)) as outside_parameter,
        arg_min(outside_value, evidence_id) as outside_value
    from {{ ref('int_evidence__joined') }}
    where parameter is not null
    group by all
),

final as (
    select
        hops.release_id,
        ids.finding_id,
        hops.path_number::integer as path_number,
        hops.hop::integer as hop,
        hops.hop_kind,
        hops.service,
        hops.symbol,
        hops.file,
        hops.line::integer as line,
        hops.is_observed,
        hops.calls,
        coalesce(hops.exercisers, []) as exercisers,
        outside.outside_parameter,
        outside.outside_value,
        hops.statement,
        hops.statement_attack,
        coalesce(ranked.entry_service, findings.entry_service) as entry_service,
        coalesce(ranked.entry_method, findings.method) as entry_method,
        coalesce(ranked.entry_route, findings.route) as entry_route
    from hops
    inner join {{ ref('int_findings__ids') }} as ids using (release_id, key_id)
    left join ranked using (release_id, key_id, path_number)
    left join findings using (release_id, key_id)
    left join outside
        on outside.release_id = hops.release_id
        and outside.key_id = hops.key_id
        and outside.entry_service = coalesce(ranked.entry_service, findings.entry_service)
        and outside.entry_method = coalesce(ranked.entry_method, findings.method)
        and outside.entry_route = coalesce(ranked.entry_route, findings.route)
)

select * from final
