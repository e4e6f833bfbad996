select
    release_id, node_id, kind, name, status, store_kind, targets, exercisers, calls, spans, is_sampled, dropped,
    is_declared, is_released, is_deployed, exposure
from {{ ref('int_map__nodes') }}
