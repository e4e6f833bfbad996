{# One row for each sink where an attempt decided something; one without a sink where only the answer spoke.
   An answer that proves an attack while one sink alone was reached was decided there. Beside them, where the probes
   passed without their values. #}
with judged as (
    select * from {{ ref('int_attempts__judged') }}
),

sinks as (
    select
        *,
        count(*) filter (is_reached) over (partition by release_id, attempt_id) as reached_sinks,
        bool_or(is_confirmed) over (partition by release_id, attempt_id) as is_confirmed_somewhere
    from {{ ref('int_attempts__sinks') }}
),

at_sinks as (
    select
        sinks.release_id,
        sinks.attempt_id,
        sinks.service,
        sinks.file,
        sinks.line,
        sinks.function_id,
        sinks.statement,
        sinks.statement_attack,
        sinks.paths,
        case
            when sinks.is_confirmed and judged.verdict = 'confirmed' then 'confirmed'
            when judged.verdict = 'confirmed' and not sinks.is_confirmed_somewhere
                then case when sinks.reached_sinks = 1 then 'confirmed' end
            when judged.controls_sound and judged.is_fully_traced and judged.verdict in ('confirmed', 'refuted')
                then 'refuted'
            when judged.verdict in ('confirmed', 'refuted', 'reached') then 'reached'
        end as verdict
    from sinks
    inner join judged using (release_id, attempt_id)
    where sinks.is_reached or sinks.is_confirmed
),

by_answer as (
    select judged.release_id, judged.attempt_id, judged.verdict
    from judged
    where judged.verdict in ('confirmed', 'likely')
        and not exists (
            select 1 from at_sinks
            where at_sinks.release_id = judged.release_id
                and at_sinks.attempt_id = judged.attempt_id
                and at_sinks.verdict = judged.verdict
        )
),

passed as (
    select *, 'passed' as verdict from {{ ref('int_attempts__passed') }}
)

select * from at_sinks where verdict is not null
union all by name
select * from by_answer
union all by name
select * from passed
