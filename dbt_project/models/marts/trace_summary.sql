{# Several segments of one release are added; the functions of a service overlap between them, so the largest figure stands. #}
select
    release_id, service, exerciser,
    sum(spans)::bigint as spans, sum(traces)::bigint as traces, max(functions)::bigint as functions, sum(dropped)::bigint as dropped
from {{ ref('stg_trace__traced_services') }}
group by release_id, service, exerciser
