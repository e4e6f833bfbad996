select release_id, suite, name, outcome, seconds, message
from {{ ref('stg_imported__test_results') }}
