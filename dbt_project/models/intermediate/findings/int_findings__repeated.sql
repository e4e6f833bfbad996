select release_id, earlier_release_id, key_id, bool_and(is_repeated) as is_repeated
from {{ ref('int_findings__asked') }}
group by release_id, earlier_release_id, key_id
