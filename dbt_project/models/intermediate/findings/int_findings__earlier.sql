{# The previous release, and further back for what was not looked for again in between: its engine failed, its file could
   not be read, its attempt was not repeated. #}
with recursive releases as (
    select release_id, previous_release_id from {{ ref('int_releases') }} where previous_release_id is not null
),

asked as (
    select release_id, earlier_release_id, key_id, seer_id, is_repeated from {{ ref('int_findings__asked') }}
),

waiting as (
    select releases.release_id, seers.release_id as earlier_release_id, 1 as distance, seers.key_id, seers.seer_id
    from {{ ref('int_findings__seers') }} as seers
    inner join releases on releases.previous_release_id = seers.release_id
    union all
    select releases.release_id, waiting.earlier_release_id, waiting.distance + 1, waiting.key_id, waiting.seer_id
    from waiting
    inner join asked using (release_id, earlier_release_id, key_id, seer_id)
    inner join releases on releases.previous_release_id = waiting.release_id
    where not asked.is_repeated and waiting.distance < 1000
),

kept as (
    select distinct release_id, earlier_release_id, distance, key_id from waiting
)

select
    kept.release_id,
    kept.earlier_release_id,
    kept.distance,
    findings.* exclude (release_id),
    coalesce(functions.start_line, 0) as function_line,
    functions.body_hash
from kept
inner join {{ ref('int_findings__described') }} as findings
    on findings.release_id = kept.earlier_release_id and findings.key_id = kept.key_id
left join {{ ref('int_functions') }} as functions
    on functions.release_id = findings.release_id and functions.function_id = findings.function_id
