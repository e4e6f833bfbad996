with evidence as (
    select * from {{ ref('int_evidence__matches') }}
    union all by name
    select * from {{ ref('int_evidence__attempts') }}
    union all by name
    select * from {{ ref('int_evidence__sink_hits') }}
    union all by name
    select * from {{ ref('int_evidence__cases') }}
    union all by name
    select * from {{ ref('int_evidence__advisories') }}
    union all by name
    select * from {{ ref('int_evidence__signoffs') }}
),

runs as (
    select run_id, technique, engine, service as run_service, ended_at as observed_at from {{ ref('stg_runs') }}
)

select evidence.*, runs.technique, runs.engine, runs.run_service, runs.observed_at
from evidence
inner join runs using (run_id)
