select release_id, service, table_name, column_name, expectation, is_met, unexpected, rows
from {{ ref('stg_landing__checks') }}
