select
    release_id, link_id, from_id, from_kind, from_name, to_id, to_kind, to_name, status, is_observed, is_declared, is_possible,
    exercisers, exerciser_calls, accesses, targets, possible_accesses, possible_targets, calls, first_release_id, last_release_id
from {{ ref('int_map__links') }}
