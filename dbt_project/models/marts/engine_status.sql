select
    release_id, service, technique, engine, status, reason, is_expected, coalesce(records, 0)::bigint as rows, started_at, ended_at
from {{ ref('int_engines__status') }}
