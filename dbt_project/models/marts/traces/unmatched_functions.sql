select
    release_id, service, file, symbol, line, exercisers, calls, unmatched_because
from {{ ref('int_functions__executed') }}
where unmatched_because is not null
