{# An address or an argument list that holds an outside value is ordinary; the host or the program itself is not. #}
with hits as (
    select * from {{ ref('int_sink_hits__located') }}
    where trace_id is null and outside_parameter is not null and outside_value != ''
),

classes as (
    select sink_kind, min(weakness_class) as weakness_class, min(kind) as kind
    from {{ ref('weakness_classes') }}
    where sink_kind is not null
    group by sink_kind
),

severities as (
    select classes.release_id, classes.weakness_class, arg_min(classes.severity, severities.severity_order) as severity
    from {{ ref('int_rules') }} as classes
    inner join {{ ref('severities') }} as severities using (severity)
    group by classes.release_id, classes.weakness_class
),

dangerous as (
    select hits.*, classes.weakness_class, classes.kind as weakness_kind
    from hits
    inner join classes on classes.sink_kind = hits.kind
    where not (hits.kind = 'http' or starts_with(hits.shape, 'argv:'))
        or len(list_filter(hits.targets, t -> contains(t, hits.outside_value))) > 0
),

final as (
    select
        release_id,
        {{ stable_id(["'sink hit'", 'release_id', 'service', 'weakness_class', 'file', 'line', 'entry_service', 'entry_method', 'entry_route', 'outside_parameter']) }}
            as evidence_id,
        min(run_id) as run_id,
        service,
        weakness_class,
        any_value(weakness_kind) as kind,
        coalesce(any_value(severities.severity), '{{ var("severity_default") }}') as severity,
        'medium' as confidence,
        'trace.outside_value' as signal,
        'reached' as verdict,
        'a value from the request arrived at this statement in ordinary traffic' as summary,
        file,
        line,
        any_value(function_id) as function_id,
        any_value(qualified_name) as qualified_name,
        entry_method as method,
        entry_route as route,
        entry_service,
        outside_parameter as parameter,
        min(statement) as excerpt,
        min(statement) as statement,
        min(outside_value) as outside_value,
        list_sort(list(distinct {'entry_service': entry_service, 'path_id': path_id})) as paths
    from dangerous
    left join severities using (release_id, weakness_class)
    group by release_id, service, weakness_class, file, line, entry_service, entry_method, entry_route, outside_parameter
)

select * from final
