{# What looked at a finding, and what could not and why: a state is worth as much as what was tried for it. #}
with evidence as (
    select * from {{ ref('int_evidence__joined') }}
),

classes as (
    select weakness_class, bool_or(is_machine_testable) as is_machine_testable
    from {{ ref('weakness_classes') }}
    group by weakness_class
),

services as (
    select release_id, service, base_url from {{ ref('stg_declared__services') }}
),

counted as (
    select release_id, key_id, weakness_class, service, technique, engine, count(*) as signals
    from evidence
    group by all
),

seen as (
    select
        release_id,
        key_id,
        any_value(weakness_class) as weakness_class,
        any_value(service) as service,
        bool_or(technique = 'static') as is_matched,
        bool_or(technique in ('dynamic', 'fuzz')) as is_probed,
        bool_or(technique = 'trace') as is_traced,
        string_agg(technique || ' (' || engine || '): ' || signals, '; ' order by technique, engine) as tried
    from counted
    group by release_id, key_id
),

attempted as (
    select * from {{ ref('int_findings__attempted') }}
),

final as (
    select
        seen.release_id,
        seen.key_id,
        seen.tried
            || case when attempted.attempts is not null then '; attempts on its flows: ' || attempted.attempts else '' end
            as tried,
        concat_ws(
            '; ',
            case when not coalesce(classes.is_machine_testable, true) and not seen.is_probed then 'this class cannot be tested by machine' end,
            case
                when seen.is_probed or attempted.attempts is not null then null
                when services.base_url is null then 'not probed: the service is not deployed on staging'
                when reach.key_id is null then 'not probed: no endpoint leads there'
                else 'not probed: no attempt of this class was made on an endpoint that leads there'
            end,
            case when not coalesce(reach.is_observed, false) and not seen.is_traced and not seen.is_probed then 'no traffic was seen there' end,
            case when not seen.is_matched then 'no static rule matched' end
        ) as not_tried
    from seen
    left join classes using (weakness_class)
    left join services using (release_id, service)
    left join attempted using (release_id, key_id)
    left join {{ ref('int_findings__reach') }} as reach using (release_id, key_id)
)

select * from final
