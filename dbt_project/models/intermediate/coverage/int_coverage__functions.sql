{# Whether any traffic went through the functions that hold findings. #}
with functions as (
    select distinct release_id, service, file, function, function_id
    from {{ ref('int_findings__tracked') }}
    where function_id is not null and tracking <> 'fixed'
),

services as (
    select release_id, service, base_url, is_traced from {{ ref('int_services__recorded') }}
),

exercised as (
    select release_id, function_id, string_agg(distinct exerciser, ', ' order by exerciser) as exercisers, sum(calls) as calls
    from {{ ref('int_paths') }}
    where function_id is not null
    group by all
),

limits as (
    select release_id, service, min(trace_limits.explanation) as explanation
    from {{ ref('int_traces__limits') }}
    join {{ ref('trace_limits') }} as trace_limits using (limited_by)
    group by all
),

final as (
    select
        functions.release_id,
        functions.service,
        'trace' as technique,
        'function' as subject_kind,
        functions.file || ' ' || functions.function as subject,
        functions.function_id,
        if(exercised.calls > 0, 'pass', 'not_run') as status,
        case
            when exercised.calls > 0 then 'called ' || exercised.calls || ' times by ' || exercised.exercisers
            when services.base_url is null then 'the service is not deployed on staging'
            when not services.is_traced then 'nothing of the service was recorded'
            else coalesce('not seen: ' || limits.explanation, 'no request ever went there')
        end as reason
    from functions
    join services using (release_id, service)
    left join exercised using (release_id, function_id)
    left join limits using (release_id, service)
)

select * from final
