with endpoints as (
    select * from {{ ref('int_endpoints') }}
),

services as (
    select * from {{ ref('int_services__recorded') }}
),

attempts as (
    select
        release_id, service, method, route,
        count(*) filter (where status = 'done') as done,
        count(*) as tried,
        bool_or(verdict = 'confirmed') as has_confirmed
    from {{ ref('int_attempts__judged') }}
    group by all
),

planned as (
    select
        release_id, service, method, route, count(*) as planned, bool_or(is_allowed) as is_allowed, min(refusal) as refusal
    from {{ ref('int_probe_plan') }}
    group by all
),

operations as (
    select release_id, service, method, route, has_destroy, destroy_place from {{ ref('int_probe_plan__operations') }}
),

skipped as (
    select release_id, service, subject, min(reason) as code, min(explanation) as explanation
    from {{ ref('stg_landing__skips') }}
    where technique = 'dynamic' and subject_kind = 'endpoint'
    group by all
),

final as (
    select
        endpoints.release_id, endpoints.service, 'dynamic' as technique, endpoints.method, endpoints.route,
        case
            when endpoints.status = 'documented_only' or services.base_url is null then 'not_applicable'
            when attempts.has_confirmed then 'fail'
            when attempts.done > 0 then 'pass'
            when attempts.tried > 0 then 'error'
            when list_contains(endpoints.seen_by, 'dast') then 'pass'
            when operations.has_destroy or not planned.is_allowed or skipped.code in ('out_of_scope', 'destructive', 'denied') then 'out_of_scope'
            when planned.planned is null and skipped.code is null then 'not_applicable'
            else 'not_run'
        end as status,
        case
            when endpoints.status = 'documented_only' then 'documented, not implemented'
            when services.base_url is null then 'not deployed on staging'
            when attempts.done > 0 then attempts.done || ' attempts done'
            when attempts.tried > 0 then 'every attempt was aborted'
            when list_contains(endpoints.seen_by, 'dast') then 'reached by probes of another endpoint'
            when operations.has_destroy then 'destructive: its flows delete at ' || operations.destroy_place
            when not planned.is_allowed then planned.refusal
            when skipped.code is not null then skipped.explanation
            when planned.planned is null then 'no parameter to probe'
            else 'planned and not probed'
        end as reason
    from endpoints
    join services using (release_id, service)
    left join attempts using (release_id, service, method, route)
    left join planned using (release_id, service, method, route)
    left join operations using (release_id, service, method, route)
    left join skipped
        on endpoints.release_id = skipped.release_id and endpoints.service = skipped.service
        and skipped.subject = endpoints.method || ' ' || endpoints.route
)

select * from final
