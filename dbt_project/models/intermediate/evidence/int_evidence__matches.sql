with matches as (
    select * from {{ ref('int_matches__located') }}
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
        message as summary,
        file,
        start_line as line,
        function_id,
        qualified_name,
        snippet as excerpt
    from matches
    qualify row_number() over (partition by release_id, evidence_id order by message, run_id) = 1
)

select * from final
