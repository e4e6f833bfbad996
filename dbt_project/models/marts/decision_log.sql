{# Matched means: the entry names something that exists in some release. #}
with entries as (
    select * from {{ ref('stg_manual__decision_log') }}
),

findings as (
    select distinct
        unnest(list_append(coalesce(aliases, []), finding_id)) as subject_id, service, weakness_class, file, function, method, route
    from {{ ref('int_findings__scored') }}
),

named as (
    select subject_id from findings
    union
    select trigger_id from {{ ref('int_triggers__all') }}
    union
    select gap_id from {{ ref('int_gaps__asked') }}
),

described as (
    select entries.entry_id
    from entries
    semi join findings
        on entries.subject_kind = 'finding' and entries.service = findings.service
        and entries.weakness_class = findings.weakness_class
        and (entries.file is null or entries.file = findings.file)
        and (entries.function is null or entries.function = findings.function)
        and (entries.method is null or entries.method = findings.method)
        and (entries.route is null or entries.route = findings.route)
    where entries.subject_id is null
    union
    select signed_entry_id from {{ ref('int_triggers__signed') }} where signed_entry_id is not null
),

final as (
    select
        entries.release_id, entries.entry_id, entries.service, entries.subject_kind, entries.subject_id, entries.action, entries.author,
        entries.reason, entries.decided_at, entries.expires_at,
        named.subject_id is not null or described.entry_id is not null as is_matched
    from entries
    left join named using (subject_id)
    left join described using (entry_id)
)

select * from final
