{# What each engine alone, and the correlation, say is weak, and where. #}
with matches as (
    select
        'static' as scope,
        release_id,
        {{ stable_id(['service', 'file', 'coalesce(function_id, start_line::varchar)', 'weakness_class']) }} as report_id,
        weakness_class,
        service,
        file,
        start_line as line,
        function_id
    from {{ ref('int_matches__located') }}
),

signals as (
    select distinct release_id, attempt_id, rule_id, signal from {{ ref('stg_dynamic__observations') }}
),

alternatives as (
    select release_id, rule_id, state, alternative, list(distinct signal) as needed
    from {{ ref('stg_declared__rule_verdicts') }}
    where state in ('confirmed', 'likely')
    group by all
    having bool_and(starts_with(signal, 'dynamic.'))
),

attempts as (
    select
        'dynamic' as scope,
        attempts.release_id,
        attempts.attempt_id as report_id,
        rules.weakness_class,
        attempts.service,
        attempts.method,
        attempts.route,
        attempts.parameter
    from {{ ref('stg_dynamic__attempts') }} as attempts
    join {{ ref('int_rules') }} as rules using (release_id, rule_id)
    join (select release_id, attempt_id, list(signal) as seen from signals group by all) as seen using (release_id, attempt_id)
    semi join alternatives
        on attempts.release_id = alternatives.release_id and attempts.rule_id = alternatives.rule_id
        and list_has_all(seen.seen, alternatives.needed)
),

hits as (
    select distinct
        'trace' as scope,
        hits.release_id,
        {{ stable_id(['hits.service', 'hits.file', 'coalesce(hits.function_id, hits.line::varchar)', 'classes.weakness_class']) }} as report_id,
        classes.weakness_class,
        hits.service,
        hits.file,
        hits.line,
        hits.function_id
    from {{ ref('int_sink_hits__located') }} as hits
    join (select distinct weakness_class, sink_kind from {{ ref('weakness_classes') }}) as classes on hits.kind = classes.sink_kind
    where hits.outside_parameter is not null or len(hits.canaries) > 0
),

findings as (
    select
        unnest(if(state = 'confirmed', ['correlation', 'correlation_confirmed'], ['correlation'])) as scope,
        release_id, finding_id as report_id, weakness_class, service, file, line, function_id,
        method, route, parameter, finding_id, state, entry_service
    from {{ ref('int_findings__scored') }}
    where state <> 'refuted' and tracking <> 'fixed'
),

final as (
    select * from matches
    union all by name
    select * from attempts
    union all by name
    select * from hits
    union all by name
    select * from findings
)

select *, {{ route_key('route') }} as route_key from final
