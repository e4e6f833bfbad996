select
    release_id,
    attempt_id,
    service,
    role,
    ordinal::integer as ordinal,
    method,
    url,
    curl,
    outcome,
    status::integer as status,
    elapsed_ms,
    trace_id,
    is_traced,
    response_excerpt
from {{ ref('int_probes') }}
