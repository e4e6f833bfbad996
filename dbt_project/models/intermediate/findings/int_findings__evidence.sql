select
    evidence.*,
    ids.finding_id
from {{ ref('int_evidence__joined') }} as evidence
inner join {{ ref('int_findings__ids') }} as ids using (release_id, key_id)
