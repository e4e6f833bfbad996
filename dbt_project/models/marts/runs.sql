select release_id, run_id, assessment, engine, technique, service, status, reason, records, started_at, ended_at
from {{ ref('stg_runs') }}
