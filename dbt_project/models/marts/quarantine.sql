select release_id, service, table_name, reason, record, source, observed_at
from {{ ref('stg_landing__quarantine') }}
