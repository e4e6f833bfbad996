select
    release_id, trigger_id, trigger, service, entry_service, method, route, subject, figures, strength, is_debt, finding_id,
    risk_score, hours, queue_rank, fits, status, signed_by, signed_reason, replay_curl
from {{ ref('int_triggers__queued') }}
