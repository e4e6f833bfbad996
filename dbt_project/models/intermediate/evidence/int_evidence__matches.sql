with matches as (
    select * from {{ ref('int_matches__located') }}
),

dismissed as (
    {# said, and no more: whoever dismissed it did so in the other tool, for a reason that may not hold here #}
    select
        run_id, service, rule_id, file, start_line, start_column,
        min(' (dismissed in ' || tool || ': ' || suppression_reason || ')') as dismissal
    from {{ ref('stg_imported__match_origins') }}
    where suppression = 'accepted'
    group by all
),

final as (
    select
        release_id,
        evidence_id,
        run_id,
        service,
        weakness_class,
        kind,
        severity,
        confidence,
        rule_id,
        'static.match' as signal,
        message || coalesce(dismissed.dismissal, '') as summary,
        file,
        start_line as line,
        function_id,
        qualified_name,
        snippet as excerpt
    from matches
    left join dismissed using (run_id, service, rule_id, file, start_line, start_column)
    qualify row_number() over (partition by release_id, evidence_id order by message, run_id) = 1
)

select * from final
