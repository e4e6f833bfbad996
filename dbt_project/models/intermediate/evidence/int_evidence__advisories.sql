with advisories as (
    select * from {{ ref('stg_imported__advisories') }}
),

classes as (
    select min(weakness_class) as weakness_class
    from {{ ref('weakness_classes') }}
    where kind = 'known_vulnerability'
),

final as (
    select
        advisories.release_id,
        {{ stable_id(["'advisory'", 'advisories.release_id', 'advisories.service', 'advisories.package', 'advisories.version', 'advisories.advisory_id']) }}
            as evidence_id,
        advisories.run_id,
        advisories.service,
        classes.weakness_class,
        'known_vulnerability' as kind,
        coalesce(severities.severity, '{{ var("severity_default") }}') as severity,
        'high' as confidence,
        'advisory' as signal,
        advisories.advisory_id || ' in ' || advisories.package || ' ' || advisories.version
            || coalesce(', mended in ' || advisories.fixed_version, '') as summary,
        advisories.package || ' ' || advisories.advisory_id as subject,
        advisories.description as excerpt
    from advisories
    cross join classes
    left join {{ ref('severities') }} as severities on severities.severity = lower(advisories.severity)
    qualify row_number() over (partition by advisories.release_id, evidence_id order by advisories.run_id) = 1
)

select * from final
