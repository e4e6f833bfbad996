select distinct release_id, key_id, technique, run_service
from {{ ref('int_evidence__joined') }}
