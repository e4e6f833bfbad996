select
    release_id, service, function_id, qualified_name, file, start_line::integer as start_line, exerciser, status, limited_by,
    calls, entries[:20] as entries, len(entries)::integer as entry_count, told_by
from {{ ref('int_functions__covered') }}
