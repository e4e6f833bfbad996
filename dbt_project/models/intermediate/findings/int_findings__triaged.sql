{# The latest decision that meets the finding, by its id or by where it is; it holds in that release and later ones.
   Another name of a finding counts only where no finding ever bore it as its id: a decision is never passed on. #}
with entries as (
    select * from {{ ref('stg_manual__decision_log') }}
    where subject_kind = 'finding' and action in ('false_positive', 'accepted', 'fixed', 'open')
),

releases as (
    select * from {{ ref('int_releases') }}
),

placed as (
    select
        entries.*,
        coalesce(named.system, landed.system) as system,
        coalesce(named.ordinal, 0) as from_ordinal
    from entries
    inner join releases as landed on landed.release_id = entries.release_id
    left join releases as named
        on named.system = landed.system
        and entries.decided_in_release in (named.release_id, named.release_name)
),

findings as (
    select
        present.release_id, present.finding_id, present.key_id, present.aliases, present.service, present.weakness_class,
        present.file, present."function", present.method, present.route,
        releases.system, releases.ordinal, releases.assessed_at
    from {{ ref('int_findings__present') }} as present
    inner join releases using (release_id)
),

borne as (
    select distinct system, finding_id as subject_id, true as is_borne from findings
),

met as (
    select findings.release_id, findings.finding_id, findings.assessed_at, placed.* exclude (release_id, system)
    from findings
    inner join placed
        on placed.system = findings.system
        and placed.from_ordinal <= findings.ordinal
    left join borne on borne.system = placed.system and borne.subject_id = placed.subject_id
    where case
            when placed.subject_id is not null
                then placed.subject_id = findings.finding_id
                    or (
                        borne.is_borne is null
                        and (placed.subject_id = findings.key_id or list_contains(findings.aliases, placed.subject_id))
                    )
            else placed.service = findings.service
                and placed.weakness_class = findings.weakness_class
                and coalesce(placed.file, placed.route) is not null
                and coalesce(placed.file = findings.file, placed.file is null)
                and coalesce(placed."function" = findings."function", placed."function" is null)
                and coalesce(placed.method = findings.method, placed.method is null)
                and coalesce(placed.route = findings.route, placed.route is null)
        end
    qualify row_number() over (
        partition by findings.release_id, findings.finding_id order by placed.decided_at desc, placed.entry_id
    ) = 1
)

select
    release_id,
    finding_id,
    entry_id,
    case when action = 'accepted' and expires_at < assessed_at then 'open' else action end as triage,
    author as triage_author,
    case when action = 'accepted' and expires_at < assessed_at then 'the acceptance has expired: ' else '' end || reason
        as triage_reason,
    decided_at as triaged_at,
    decided_in_release as triaged_in_release
from met
