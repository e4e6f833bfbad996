select
    release_id, attempt_id, service, method, route, parameter, place, rule_id, weakness_class, dynamic_form, seed, request_parameters,
    finding_id, reason, plan_rank, is_allowed, refusal
from {{ ref('int_probe_plan') }}
