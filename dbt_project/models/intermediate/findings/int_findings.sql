{# `key_id` is the finding's identity by its own release alone; tracking turns it into the id that lasts. #}
with evidence as (
    select * from {{ ref('int_evidence__joined') }}
),

states as (
    select * from {{ ref('states') }}
),

folded as (
    select
        evidence.release_id,
        evidence.key_id,
        min(evidence.service) as service,
        list_sort(list_distinct(
            list(evidence.technique) || coalesce(list('trace') filter (starts_with(evidence.signal, 'trace.')), [])
        )) as techniques,
        count(*) as evidence_count,
        list_sort(list_distinct(flatten(list(evidence.candidates)))) as candidate_keys,
        list_sort(list(distinct evidence.entry_key) filter (evidence.route is not null)) as entry_keys,
        arg_min(evidence.subject, evidence.evidence_id) as subject,
        arg_min(
            {'entry_service': evidence.entry_service, 'method': evidence.method, 'route': evidence.route,
                'parameter': evidence.parameter},
            (coalesce(states.state_order, 99), not coalesce(endpoints.is_outside, false), evidence.attempt_id is null,
                evidence.evidence_id)
        ) filter (evidence.route is not null) as entry
    from evidence
    left join states on states.state = evidence.verdict
    left join {{ ref('int_endpoints') }} as endpoints
        on endpoints.release_id = evidence.release_id
        and endpoints.service = evidence.entry_service
        and endpoints.method = evidence.method
        and endpoints.route = evidence.route
    group by evidence.release_id, evidence.key_id
),

final as (
    select
        folded.release_id,
        folded.key_id,
        coalesce(points.service, folded.service) as service,
        points.file,
        points.start_line as line,
        points.end_line,
        points.qualified_name as "function",
        points.function_id,
        points.snippet,
        points.normalised_snippet,
        points.ordinal,
        coalesce(folded.entry.entry_service, reach.entry.entry_service) as entry_service,
        coalesce(folded.entry.method, reach.entry.method) as method,
        coalesce(folded.entry.route, reach.entry.route) as route,
        folded.entry.parameter as parameter,
        folded.subject,
        folded.techniques,
        folded.evidence_count,
        folded.candidate_keys,
        coalesce(list_filter(folded.entry_keys, k -> k != folded.key_id), []) as aliases
    from folded
    left join {{ ref('int_points') }} as points
        on points.release_id = folded.release_id and points.point_id = folded.key_id
    left join {{ ref('int_findings__reach') }} as reach
        on reach.release_id = folded.release_id and reach.key_id = folded.key_id
)

select * from final
