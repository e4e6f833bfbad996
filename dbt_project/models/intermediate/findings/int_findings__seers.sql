{# An attempt is a seer of its own: that the engine ran again does not mean that it asked the same again. #}
select distinct
    release_id,
    key_id,
    technique,
    run_service,
    case when attempt_id is not null then rule_id end as rule_id,
    case when attempt_id is not null then entry_service end as entry_service,
    case when attempt_id is not null then coalesce(method, '') end as method,
    case when attempt_id is not null then coalesce(route, '') end as route,
    case when attempt_id is not null then coalesce(parameter, '') end as parameter
from {{ ref('int_evidence__joined') }}
