{# A refutation is evidence only where there is something to refute; elsewhere it is an attempt that saw nothing. So is
   a value that merely passed through an address or an argument list, where values are at home. #}
with decided as (
    select * from {{ ref('int_attempts__decided') }}
),

judged as (
    select * from {{ ref('int_attempts__judged') }}
),

suspected as (
    select * from {{ ref('int_attempts__suspected') }}
),

told as (
    select * from {{ ref('int_attempts__told') }}
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
            when decided.file is not null and decided.verdict = 'confirmed' and told.explanation is null
                then 'the attacking probe changed the shape of this statement'
            when decided.verdict = 'reached' then 'a probe arrived at this statement'
            when decided.verdict = 'passed'
                then 'the probes went through this statement, which held none of their values and kept its shape'
            else coalesce(told.explanation, 'the answers to the probes show it')
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
        told.trace_id,
        told.curl,
        coalesce(decided.statement_attack, decided.statement, told.excerpt, told.response_excerpt) as excerpt,
        decided.statement,
        decided.statement_attack,
        decided.paths
    from decided
    inner join judged using (release_id, attempt_id)
    left join told using (release_id, attempt_id)
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
