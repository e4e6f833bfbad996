{# Which condition of the policy a finding meets. The gate judges what the release adds or changes; on a baseline only a confirmed
   severe flaw, which nobody accepted, counts as its own. #}
with findings as (
    select
        *,
        severity in ('{{ var("high_severities") | join("', '") }}') as is_severe,
        change in ('new', 'changed') and triage <> 'accepted' as is_of_release
    from {{ ref('int_findings__scored') }}
    where tracking <> 'fixed' and triage <> 'false_positive' and state <> 'refuted'
),

judged as (
    select
        *,
        case
            when kind = 'anomaly' then 'anomaly'
            when kind = 'known_vulnerability' and not is_of_release then 'known_vulnerability_debt'
            when kind = 'known_vulnerability' and is_severe then 'known_vulnerability_high'
            when kind = 'known_vulnerability' then 'known_vulnerability_other'
            when kind = 'bad_practice' then if(is_of_release, 'bad_practice', 'bad_practice_debt')
            when state = 'confirmed' and is_severe and (is_of_release or (change = 'baseline' and triage <> 'accepted'))
                then 'confirmed_flaw_high'
            when state = 'confirmed' then if(is_of_release, 'confirmed_flaw_low', 'confirmed_flaw_debt')
            when state = 'reached' and is_severe and is_of_release then 'reached_flaw_high'
            else if(is_of_release, 'unproven_flaw', 'flaw_debt')
        end as condition
    from findings
),

final as (
    select
        release_id,
        condition,
        finding_id,
        coalesce(fix_group_id, finding_id) as fix_group_id,
        service,
        title,
        service || coalesce(' · ' || file || ':' || line, '') as place,
        case when route <> '' then 'from ' || method || ' ' || coalesce(entry_service, service) || ' ' || route end
        || coalesce(' ?' || nullif(parameter, ''), '') as entry,
        state,
        severity,
        risk_score,
        change_reason || if(tracking = 'not_reassessed', '; not reassessed in this release', '') as change_reason,
        case when triage = 'accepted' then 'accepted by ' || coalesce(triage_author, 'unknown') || coalesce(': ' || triage_reason, '') end
            as acceptance
    from judged
)

select * from final
