{# One row an endpoint, parameter and rule that could meet, with passive rules once a service and scenarios once an object route. #}
with endpoints as (
    select endpoints.*
    from {{ ref('int_endpoints') }} as endpoints
    join {{ ref('stg_declared__services') }} as services using (release_id, service)
    where services.base_url is not null and endpoints.status <> 'documented_only' and endpoints.route <> ''
),

rules as (
    select release_id, rule_id, weakness_class, dynamic_form, locations, safety, sink_kind
    from {{ ref('int_rules') }}
    where dynamic_form is not null
),

parameters as (
    select * from {{ ref('int_probe_plan__parameters') }}
),

probed as (
    select
        endpoints.release_id, endpoints.service, endpoints.method, endpoints.route,
        parameters.parameter, parameters.place, parameters.example as seed,
        rules.rule_id, rules.weakness_class, rules.safety, rules.sink_kind, rules.dynamic_form
    from endpoints
    join parameters using (release_id, service, method, route)
    join rules on endpoints.release_id = rules.release_id and list_contains(rules.locations, parameters.place)
    where rules.dynamic_form = 'probe'
),

staged as (
    select
        endpoints.release_id, endpoints.service, endpoints.method, endpoints.route,
        parameters.parameter, parameters.place, parameters.example as seed,
        rules.rule_id, rules.weakness_class, rules.safety, rules.sink_kind, rules.dynamic_form
    from endpoints
    join parameters using (release_id, service, method, route)
    join rules on endpoints.release_id = rules.release_id
    where rules.dynamic_form = 'scenario' and endpoints.method = 'GET' and parameters.place = 'path'
    qualify row_number() over (
        partition by endpoints.release_id, endpoints.service, endpoints.route, rules.rule_id
        order by position('{' || parameter || '}' in endpoints.route) desc, parameter
    ) = 1
),

passive as (
    select
        services.release_id, services.service, '' as method, '' as route, '' as parameter, '' as place, '' as seed,
        rules.rule_id, rules.weakness_class, rules.safety, rules.sink_kind, rules.dynamic_form
    from {{ ref('stg_declared__services') }} as services
    join rules using (release_id)
    where services.base_url is not null and rules.dynamic_form = 'passive'
),

final as (
    select * from probed
    union all by name
    select * from staged
    union all by name
    select * from passive
)

select
    {{ stable_id(['release_id', 'service', 'method', 'route', 'parameter', 'place', 'rule_id']) }} as attempt_id,
    *
from final
