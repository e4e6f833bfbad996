{# What a person must still test. That an engine did not run, nothing was recorded or QA failed is not signed away: only an override is above it. #}
with triggers as (
    select queued.*, services.is_released
    from {{ ref('int_triggers__queued') }} as queued
    left join {{ ref('stg_declared__services') }} as services using (release_id, service)
),

final as (
    select
        *,
        case
            when status = 'flaw_found' then 'flaw_found_by_hand'
            when cause in ('engine', 'recording') and coalesce(is_released, true)
                then if(cause = 'engine', 'engine_not_run', 'not_recorded')
            when cause = 'qa' and starts_with(subject, 'QA failed') then 'qa_failed'
            when status <> 'open' then null
            when cause is not null and not is_released then 'neighbour_not_assessed'
            when cause is not null then 'not_assessed'
            when is_debt then 'lead_debt'
            when strength = 'strong' then 'trigger_strong'
            else 'trigger_normal'
        end as condition
    from triggers
)

select * from final
