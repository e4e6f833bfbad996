select
    release_id, reason_id, outcome, reason_rank, kind, condition, title, detail, remedy, subject_kind, subject_id, finding_ids, service, risk_score
from {{ ref('int_decision__reasons') }}
