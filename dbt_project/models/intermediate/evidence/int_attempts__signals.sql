with observations as (
    select observations.release_id, observations.attempt_id, observations.signal
    from {{ ref('stg_dynamic__observations') }} as observations
    inner join {{ ref('int_attempts') }} as attempts using (release_id, attempt_id, run_id)
),

sinks as (
    select * from {{ ref('int_attempts__sinks') }}
),

signals as (
    select release_id, attempt_id, signal from observations
    union
    select release_id, attempt_id, 'trace.sink' from sinks where is_reached
    union
    select release_id, attempt_id, 'trace.confirm' from sinks where is_confirmed
)

select release_id, attempt_id, signal from signals
