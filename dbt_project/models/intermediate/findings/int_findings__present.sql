with findings as (
    select * from {{ ref('int_findings__described') }}
),

seen as (
    select
        findings.*,
        ids.finding_id,
        case
            when releases.is_baseline then 'baseline'
            when pairs.key_id is not null then 'persisting'
            else 'new'
        end as tracking,
        pairs.tracking_pass
    from findings
    inner join {{ ref('int_findings__ids') }} as ids using (release_id, key_id)
    inner join {{ ref('int_releases') }} as releases using (release_id)
    left join {{ ref('int_tracking') }} as pairs using (release_id, key_id)
),

gone as (
    select * exclude (earlier_release_id, distance), null as tracking_pass
    from {{ ref('int_findings__gone') }} as gone
    where not exists (
        select 1 from seen where seen.release_id = gone.release_id and seen.finding_id = gone.finding_id
    )
)

select * from seen
union all by name
select * from gone
