select
    release_id, gap_id, gap, service, title, detail, finding_id, entry_service, method, route, function, file, line,
    risk_score, request_curl, request_test, is_asked
from {{ ref('int_gaps__asked') }}
