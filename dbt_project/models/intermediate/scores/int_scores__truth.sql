with truth as (
    select * from {{ ref('stg_declared__truth') }}
),

classes as (
    select cwe, any_value(weakness_class) as weakness_class, any_value(sink_kind) as sink_kind
    from {{ ref('weakness_classes') }}
    group by all
),

final as (
    select
        truth.release_id,
        truth.truth_id,
        truth.service,
        truth.file,
        truth.line,
        case when locations.qualified_name <> '<module>' then locations.function_id end as function_id,
        truth.method,
        truth.route,
        {{ route_key('truth.route') }} as route_key,
        nullif(truth.parameter, '') as parameter,
        coalesce(classes.weakness_class, lower(truth.cwe)) as weakness_class,
        classes.sink_kind,
        truth.is_real,
        truth.expected_state,
        truth.expected_trigger,
        truth.coverage
    from truth
    left join classes using (cwe)
    left join {{ ref('int_locations') }} as locations using (release_id, service, file, line)
)

select * from final
