{# A refutation is evidence only where there is something to refute; elsewhere it is an attempt that saw nothing. So is
   a value that merely passed through an address or an argument list, where values are at home. #}
with decided as (
    select * from {{ ref('int_attempts__decided') }}
),

judged as (
    select * from {{ ref('int_attempts__judged') }}
),

points as (
    select * from {{ ref('int_points__static') }}
),

suspected as (
    select release_id, service, weakness_class, file, line from {{ ref('int_evidence__sink_hits') }}
    union
    select decided.release_id, decided.service, judged.weakness_class, decided.file, decided.line
    from decided
    inner join judged using (release_id, attempt_id)
    where decided.verdict = 'confirmed' and decided.file is not null
    union
    select release_id, service, weakness_class, file, unnest(range(start_line, end_line + 1)) as line from points
),

explained as (
    select
        observations.release_id,
        observations.attempt_id,
        string_agg(distinct observations.explanation, '; ' order by observations.explanation) as explanation,
        min(observations.excerpt) as excerpt
    from {{ ref('stg_dynamic__observations') }} as observations
    inner join judged using (release_id, attempt_id, run_id)
    group by observations.release_id, observations.attempt_id
),

probes as (
    select
        release_id,
        attempt_id,
        arg_max(trace_id, (is_attack, not is_base, -ordinal)) as trace_id,
        arg_max(curl, (is_attack, not is_base, -ordinal)) as curl,
        arg_max(response_excerpt, (is_attack, not is_base, -ordinal)) as response_excerpt
    from {{ ref('int_probes') }}
    group by release_id, attempt_id
),

locations as (
    select release_id, service, file, line, qualified_name from {{ ref('int_locations') }}
),

final as (
    select
        judged.release_id,
        {{ stable_id(["'attempt'", 'judged.release_id', 'judged.attempt_id', 'decided.service', 'decided.file', 'decided.line']) }}
            as evidence_id,
        judged.run_id,
        coalesce(decided.service, judged.service) as service,
        judged.weakness_class,
        judged.kind,
        judged.severity,
        'high' as confidence,
        judged.rule_id,
        case
            when decided.file is not null and list_contains(judged.signals, 'trace.confirm') and decided.verdict = 'confirmed'
                then 'trace.confirm'
            when decided.verdict = 'passed' then 'trace.passed'
            when decided.file is not null and decided.verdict != 'confirmed' then 'trace.sink'
            else coalesce(list_filter(judged.signals, s -> starts_with(s, 'dynamic.'))[1], judged.signals[1])
        end as signal,
        decided.verdict,
        case
            when decided.verdict = 'refuted' then 'the probes arrived at this statement and it kept its shape'
            when decided.file is not null and decided.verdict = 'confirmed' and explained.explanation is null
                then 'the attacking probe changed the shape of this statement'
            when decided.verdict = 'reached' then 'a probe arrived at this statement'
            when decided.verdict = 'passed'
                then 'the probes went through this statement, which held none of their values and kept its shape'
            else coalesce(explained.explanation, 'the answers to the probes show it')
        end as summary,
        decided.file,
        decided.line,
        decided.function_id,
        locations.qualified_name,
        nullif(judged.method, '') as method,
        nullif(judged.route, '') as route,
        judged.service as entry_service,
        nullif(judged.parameter, '') as parameter,
        nullif(judged.place, '') as place,
        judged.attempt_id,
        probes.trace_id,
        probes.curl,
        coalesce(decided.statement_attack, decided.statement, explained.excerpt, probes.response_excerpt) as excerpt,
        decided.statement,
        decided.statement_attack,
        decided.paths
    from decided
    inner join judged using (release_id, attempt_id)
    left join explained using (release_id, attempt_id)
    left join probes using (release_id, attempt_id)
    left join locations
        on locations.release_id = decided.release_id
        and locations.service = decided.service
        and locations.file = decided.file
        and locations.line = decided.line
    left join suspected
        on suspected.release_id = decided.release_id
        and suspected.service = decided.service
        and suspected.file = decided.file
        and suspected.line = decided.line
        and suspected.weakness_class = judged.weakness_class
    where suspected.line is not null
        or decided.verdict in ('confirmed', 'likely')
        or (decided.verdict = 'reached' and judged.sink_kind not in ('{{ var("passing_sinks") | join("', '") }}'))
)

select * from final
