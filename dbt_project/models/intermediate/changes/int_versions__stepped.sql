{# Versions that are not semantic say so instead of guessing. #}
with pairs as (
    select * from {{ ref('int_releases__paired') }} where previous_version is not null and version <> previous_version
),

parsed as (
    select
        *,
        regexp_extract_all(version, '^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$', 0)[1] is not null
        and regexp_extract_all(previous_version, '^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+].*)?$', 0)[1] is not null as is_semantic,
        list_transform(regexp_extract_all(version, '\d+')[:3], lambda part: try_cast(part as bigint)) as parts,
        list_transform(regexp_extract_all(previous_version, '\d+')[:3], lambda part: try_cast(part as bigint)) as previous_parts
    from pairs
),

final as (
    select
        release_id,
        service,
        previous_version,
        version,
        case
            when not is_semantic then 'not applicable'
            when parts < previous_parts then 'back'
            when parts[1] > previous_parts[1] then 'major'
            when parts[2] > previous_parts[2] then 'minor'
            else 'patch'
        end as step
    from parsed
)

select * from final
