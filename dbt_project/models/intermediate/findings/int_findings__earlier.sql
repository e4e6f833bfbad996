{# The previous release, and further back for an engine that did not run completely in between. #}
with ancestors as (
    select * from {{ ref('int_releases__ancestors') }}
),

seers as (
    select * from {{ ref('int_findings__seers') }}
),

reruns as (
    select ancestors.release_id, ancestors.distance, completed.technique, completed.run_service
    from ancestors
    inner join {{ ref('int_runs__completed') }} as completed on completed.release_id = ancestors.ancestor_id
),

kept as (
    select distinct ancestors.release_id, ancestors.ancestor_id as earlier_release_id, ancestors.distance, seers.key_id
    from ancestors
    inner join seers on seers.release_id = ancestors.ancestor_id
    where not exists (
        select 1 from reruns
        where reruns.release_id = ancestors.release_id
            and reruns.distance < ancestors.distance
            and reruns.technique = seers.technique
            and reruns.run_service = seers.run_service
    )
)

select
    kept.release_id,
    kept.earlier_release_id,
    kept.distance,
    findings.* exclude (release_id),
    functions.body_hash
from kept
inner join {{ ref('int_findings__described') }} as findings
    on findings.release_id = kept.earlier_release_id and findings.key_id = kept.key_id
left join {{ ref('int_functions') }} as functions
    on functions.release_id = findings.release_id and functions.function_id = findings.function_id
