{# Services that take the same step are one row. A patch fires only when what came with it looks like a minor. #}
with steps as (
    select * from {{ ref('int_versions__stepped') }} where step <> 'not applicable'
),

surprises as (
    select release_id, service, string_agg(distinct why, ', ' order by why) as surprise
    from (
        select release_id, service, 'a new endpoint' as why from {{ ref('int_triggers__new_endpoint') }}
        union all by name
        select release_id, service, 'something newly reached' as why from {{ ref('int_triggers__new_reach') }}
    )
    group by all
),

grouped as (
    select
        steps.release_id,
        steps.previous_version,
        steps.version,
        steps.step,
        count(*) as services,
        string_agg(steps.service, ', ' order by steps.service) as names,
        max(surprises.surprise) as surprise
    from steps
    left join surprises using (release_id, service)
    group by all
),

final as (
    select
        release_id,
        'version_step' as trigger,
        if(services > 1, '*', names) as service,
        '' as method,
        '' as route,
        previous_version || ' → ' || version || ' (' || step || ')' as subject,
        step || ' step of ' || services || if(services = 1, ' service: ', ' services: ') || names
        || if(step = 'patch', '; yet it brings ' || surprise, '') as figures,
        if(step in ('major', 'back') or step = 'patch', 'strong', 'normal') as strength
    from grouped
    where step <> 'patch' or surprise is not null
)

select * from final
