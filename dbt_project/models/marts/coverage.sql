select release_id, service, technique, subject_kind, subject, status, reason
from {{ ref('int_coverage__expected') }}
