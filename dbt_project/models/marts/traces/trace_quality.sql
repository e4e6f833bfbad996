{# What was answered 404 or 405 has no route to tell, nor has what the fuzzer malforms: neither is asked for one. #}
with services as (
    select release_id, service, language, base_url from {{ ref('stg_declared__services') }}
),

traced as (
    select
        release_id, service,
        list_sort(list_distinct(list(exerciser))) as exercisers,
        sum(spans)::bigint as spans,
        sum(traces)::bigint as traces,
        sum(located)::bigint as located,
        sum(statements)::bigint as statements,
        sum(raw_statements)::bigint as raw_statements,
        sum(dropped)::bigint as dropped,
        bool_or(sampled) as is_sampled
    from {{ ref('stg_trace__traced_services') }}
    group by release_id, service
),

requests as (
    select release_id, service, sum(requests)::bigint as requests, (sum(requests) filter (where route <> ''))::bigint as routed
    from {{ ref('stg_trace__requests') }}
    where status not in (404, 405) and exerciser <> 'fuzz'
    group by release_id, service
),

functions as (
    select
        release_id, service,
        count(*) as executed_functions,
        count(*) filter (where unmatched_because is null) as matched_functions
    from {{ ref('int_functions__executed') }}
    group by release_id, service
),

final as (
    select
        services.*,
        coalesce(traced.exercisers, []) as exercisers,
        coalesce(traced.spans, 0) as spans,
        coalesce(traced.traces, 0) as traces,
        coalesce(requests.requests, 0) as requests,
        coalesce(requests.routed, 0) as routed,
        coalesce(traced.located, 0) as located,
        coalesce(traced.statements, 0) as statements,
        coalesce(traced.raw_statements, 0) as raw_statements,
        coalesce(traced.is_sampled, false) as is_sampled,
        coalesce(traced.dropped, 0) as dropped,
        coalesce(functions.executed_functions, 0) as executed_functions,
        coalesce(functions.matched_functions, 0) as matched_functions
    from services
    left join traced using (release_id, service)
    left join requests using (release_id, service)
    left join functions using (release_id, service)
)

select * from final
