with present as (
    select * from {{ ref('int_findings__present') }}
),

candidate_keys as (
    select release_id, key_id, unnest(candidate_keys) as candidate_key from {{ ref('int_findings') }}
),

candidates as (
    select candidate_keys.release_id, candidate_keys.key_id, list_sort(list(distinct ids.finding_id)) as candidates
    from candidate_keys
    inner join {{ ref('int_findings__ids') }} as ids
        on ids.release_id = candidate_keys.release_id and ids.key_id = candidate_keys.candidate_key
    group by candidate_keys.release_id, candidate_keys.key_id
),

final as (
    select
        present.* exclude (candidate_keys, subject, aliases),
        coalesce(triaged.triage, 'open') as triage,
        triaged.triage_author,
        triaged.triage_reason,
        triaged.triaged_at,
        triaged.triaged_in_release,
        {{ stable_id(['present.service', 'present.weakness_class', 'present.file', 'present."function"', 'present.line', 'case when present.file is null then present.finding_id end']) }}
            as fix_group_id,
        coalesce(candidates.candidates, []) as candidates,
        list_sort(list_distinct(
            present.aliases || case when present.key_id != present.finding_id then [present.key_id] else [] end
        )) as aliases
    from present
    left join {{ ref('int_findings__triaged') }} as triaged using (release_id, finding_id)
    left join candidates using (release_id, key_id)
)

select * from final
