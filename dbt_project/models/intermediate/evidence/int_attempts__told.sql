with judged as (
    select * from {{ ref('int_attempts__judged') }}
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
)

select
    judged.release_id,
    judged.attempt_id,
    explained.explanation,
    explained.excerpt,
    probes.trace_id,
    probes.curl,
    probes.response_excerpt
from judged
left join explained using (release_id, attempt_id)
left join probes using (release_id, attempt_id)
