select release_id, subject_kind, subject_id, service, title, risk_score, uncertainty
from {{ ref('int_risk__scored') }}
