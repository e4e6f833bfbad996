with releases as (
    select * from {{ ref('stg_declared__releases') }}
),

runs as (
    select release_id, min(started_at) as started_at, max(ended_at) as assessed_at, max(assessment) as assessment
    from {{ ref('stg_runs') }}
    group by release_id
),

known as (
    select
        releases.release_id,
        releases.system,
        releases.name as release_name,
        earlier.release_id as previous_release_id,
        row_number() over (partition by releases.system order by runs.started_at, releases.release_id) as ordinal,
        runs.assessment,
        releases.preset,
        releases.capacity_hours,
        releases.is_mutation_allowed,
        releases.override_author,
        releases.override_reason,
        runs.assessed_at
    from releases
    inner join runs using (release_id)
    left join releases as earlier
        on earlier.release_id = releases.previous_release_id and earlier.release_id != releases.release_id
    qualify row_number() over (
        partition by releases.release_id order by releases.assessment desc, releases.observed_at desc
    ) = 1
)

select *, previous_release_id is null as is_baseline from known
