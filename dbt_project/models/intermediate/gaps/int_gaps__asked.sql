{# A gap keeps its id from release to release, so that a request to QA is not made twice. #}
with gaps as (
    select * from {{ ref('int_gaps__findings') }}
    union all by name
    select * from {{ ref('int_gaps__endpoints') }}
    union all by name
    select * from {{ ref('int_gaps__services') }}
),

named as (
    select
        {{ stable_id(['gaps.gap', 'gaps.service', 'gaps.method', 'gaps.route', 'gaps.file', 'gaps.function', "case when gaps.method is null and gaps.function is null then gaps.title end"]) }}
            as gap_id,
        gaps.*
    from gaps
),

asked as (
    select distinct subject_id as gap_id from {{ ref('stg_manual__decision_log') }} where subject_kind = 'gap' and action = 'asked'
),

requests as (
    select release_id, service as entry_service, method, route, request_curl, request_test from {{ ref('int_requests__ready') }}
),

final as (
    select named.*, requests.request_curl, requests.request_test, asked.gap_id is not null as is_asked
    from named
    left join asked using (gap_id)
    left join requests using (release_id, entry_service, method, route)
)

select * from final
