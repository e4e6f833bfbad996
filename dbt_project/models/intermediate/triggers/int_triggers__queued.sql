{# By risk: that of the finding or the endpoint, and at least what the trigger alone is worth; cut where the hours end. #}
with triggers as (
    select * from {{ ref('int_triggers__signed') }}
),

scores as (
    select release_id, subject_kind, subject_id, risk_score from {{ ref('int_risk__scored') }}
),

endpoints as (
    select release_id, service as entry_service, method, route, endpoint_id from {{ ref('int_endpoints') }}
),

requests as (
    select release_id, service as entry_service, method, route, request_curl from {{ ref('int_requests__ready') }}
),

valued as (
    select
        triggers.*,
        greatest(
            triggers.floor_risk,
            coalesce(of_finding.risk_score, 0),
            coalesce(of_endpoint.risk_score, 0) * (triggers.finding_id is null)::int
        )::double as risk_score,
        requests.request_curl as replay_curl
    from triggers
    left join endpoints using (release_id, entry_service, method, route)
    left join scores as of_finding
        on triggers.release_id = of_finding.release_id and of_finding.subject_kind = 'finding'
        and triggers.finding_id = of_finding.subject_id
    left join scores as of_endpoint
        on triggers.release_id = of_endpoint.release_id and of_endpoint.subject_kind = 'endpoint'
        and endpoints.endpoint_id = of_endpoint.subject_id
    left join requests using (release_id, entry_service, method, route)
),

ranked as (
    select
        *,
        row_number() over queue as queue_rank,
        sum(if(status = 'open', hours, 0)) over (queue rows unbounded preceding) as hours_so_far
    from valued
    window queue as (
        partition by release_id order by status <> 'open', is_debt, risk_score desc, strength = 'normal', trigger, service, trigger_id
    )
),

final as (
    select ranked.*, ranked.hours_so_far <= releases.capacity_hours as fits
    from ranked
    join {{ ref('int_releases') }} as releases using (release_id)
)

select * from final
