{# Counts in the release that the person tested: the one the entry names, else the one it landed with. #}
with entries as (
    select * from {{ ref('stg_manual__decision_log') }} where action = 'flaw_found'
),

releases as (
    select release_id, system, release_name from {{ ref('int_releases') }}
),

final as (
    select
        coalesce(named.release_id, entries.release_id) as release_id,
        {{ stable_id(["'sign-off'", 'entries.entry_id']) }} as evidence_id,
        entries.run_id,
        entries.service,
        coalesce(entries.weakness_class, 'business-logic') as weakness_class,
        'flaw' as kind,
        'high' as severity,
        'high' as confidence,
        'manual.flaw_found' as signal,
        'confirmed' as verdict,
        entries.author || ': ' || entries.reason as summary,
        entries.method,
        entries.route,
        case when entries.route is not null then entries.service end as entry_service,
        coalesce(entries."trigger", entries.subject_id) as subject,
        entries.entry_id
    from entries
    left join releases as landed on landed.release_id = entries.release_id
    left join releases as named
        on named.system = landed.system
        and entries.decided_in_release in (named.release_id, named.release_name)
)

select * from final
