{# The first state that holds, from the top. A line is refuted by probes that went through this very line alone; a line
   to which only the call graph leads the evidence is not confirmed by it. Probes whose values never came through refute
   it only together: every parameter of every endpoint that leads there. That ordinary traffic brought a value counts no
   longer once they did, and its own parameter was among them: what arrived was then a value that the code chose. #}
with evidence as (
    select
        evidence.release_id,
        evidence.key_id,
        evidence.kind,
        evidence.verdict,
        evidence.join_pass,
        evidence.line between points.start_line and points.end_line as is_on_line,
        points.point_id is not null as is_in_code,
        coalesce(endpoints.is_outside, false) as is_outside,
        evidence.attempt_id is null
        and coalesce(bool_or(evidence.verdict in ('passed', 'refuted')) over tries, false) as is_tried_in_vain
    from {{ ref('int_evidence__joined') }} as evidence
    left join {{ ref('int_points') }} as points
        on points.release_id = evidence.release_id and points.point_id = evidence.key_id
    left join {{ ref('int_endpoints') }} as endpoints
        on endpoints.release_id = evidence.release_id
        and endpoints.service = evidence.entry_service
        and endpoints.method = evidence.method
        and endpoints.route = evidence.route
    window tries as (
        partition by
            evidence.release_id, evidence.key_id, evidence.entry_service, evidence.method, evidence.route,
            evidence.parameter
    )
),

told as (
    select
        release_id,
        key_id,
        bool_or(is_in_code) as is_in_code,
        bool_or(kind = 'known_vulnerability') as is_known_vulnerability,
        bool_or(verdict = 'confirmed' and join_pass is distinct from 5) as is_confirmed,
        bool_or(verdict = 'refuted' and is_on_line) as is_refuted_by_value,
        bool_or(verdict = 'reached' and is_outside) as is_reached,
        bool_or(verdict = 'reached' and is_outside and not is_tried_in_vain) as is_reached_untried,
        bool_or(verdict = 'likely' or (verdict = 'confirmed' and join_pass = 5)) as is_likely
    from evidence
    group by release_id, key_id
),

holding as (
    select
        told.release_id,
        told.key_id,
        case
            when is_confirmed then 'confirmed'
            when is_refuted_by_value then 'refuted'
            when is_reached_untried or (is_reached and exhausted.is_exhausted is not true) then 'reached'
            when is_likely then 'likely'
            when exhausted.is_exhausted then 'refuted'
            when reach.is_observed_from_outside then 'reachable'
            when reach.is_possible or reach.is_observed or is_known_vulnerability or not is_in_code then 'possible'
            else 'unreached'
        end as state
    from told
    left join {{ ref('int_findings__reach') }} as reach using (release_id, key_id)
    left join {{ ref('int_findings__exhausted') }} as exhausted using (release_id, key_id)
)

select holding.*, states.meaning as state_reason
from holding
inner join {{ ref('states') }} as states using (state)
