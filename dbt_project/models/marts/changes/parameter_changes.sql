select
    release_id, endpoint_id, service, method, route, name, place, change, type, previous_type, previous_place, is_required
from {{ ref('int_parameters__changed') }}
