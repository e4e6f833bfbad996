{# A sample, a loss or a recording without code locations says of no function that it was not reached. #}
with exercisers as (
    select unnest(['{{ var("exercisers") | join("', '") }}']) as exerciser
),

services as (
    select release_id, service, base_url from {{ ref('stg_declared__services') }}
),

traced as (
    select release_id, service, exerciser, bool_or(sampled) as is_sampled, sum(dropped) as dropped
    from {{ ref('stg_trace__traced_services') }}
    group by all
),

active as (
    select distinct release_id, exerciser from traced
),

located as (
    select
        release_id, service, sum(located) as located,
        coalesce(bool_or(exerciser <> 'import'), false) as is_recorded_here
    from {{ ref('stg_trace__traced_services') }}
    group by all
),

matched as (
    select release_id, service, count(*) as executed, count(*) filter (where unmatched_because is null) as matched
    from {{ ref('int_functions__executed') }}
    group by all
),

final as (
    select
        services.release_id,
        services.service,
        exercisers.exerciser,
        case
            when located.service is null and services.base_url is null then 'not_deployed'
            when located.service is null then 'not_traced'
            when active.exerciser is null then 'no_traffic'
            when traced.service is null and (exercisers.exerciser = 'import' or not located.is_recorded_here) then 'not_in_recording'
            when traced.is_sampled then 'sampled'
            when traced.dropped > 0 then 'spans_lost'
            when located.located = 0 then 'no_code_locations'
            when matched.matched = 0 then 'names_do_not_match'
        end as limited_by,
        coalesce(traced.dropped, 0)::bigint as dropped
    from services
    cross join exercisers
    left join located using (release_id, service)
    left join active using (release_id, exerciser)
    left join traced using (release_id, service, exerciser)
    left join matched using (release_id, service)
)

select * from final
