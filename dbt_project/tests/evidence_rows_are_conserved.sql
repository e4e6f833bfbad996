-- Every evidence row ends in exactly one finding that exists, and no evidence appears on the way.
with ends as (
    select release_id, evidence_id, count(distinct finding_id) as findings, count(*) as ends
    from {{ ref('int_findings__evidence') }}
    group by release_id, evidence_id
),

landed as (
    select release_id, evidence_id from {{ ref('int_evidence') }}
),

kept as (
    select distinct release_id, finding_id from {{ ref('int_findings__tracked') }}
)

select landed.release_id, landed.evidence_id, 'ends nowhere or twice' as fault
from landed
left join ends using (release_id, evidence_id)
where ends.findings is distinct from 1 or ends.ends is distinct from 1
union all by name
select ends.release_id, ends.evidence_id, 'came from nowhere' as fault
from ends
anti join landed using (release_id, evidence_id)
union all by name
select evidence.release_id, evidence.evidence_id, 'its finding does not exist' as fault
from {{ ref('int_findings__evidence') }} as evidence
anti join kept using (release_id, finding_id)
