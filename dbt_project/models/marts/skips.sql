select release_id, service, technique, subject_kind, subject, reason, explanation
from {{ ref('stg_landing__skips') }}
