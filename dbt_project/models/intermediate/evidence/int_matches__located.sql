with matches as (
    select * from {{ ref('stg_static__matches') }}
),

rules as (
    select * from {{ ref('int_rules') }}
),

locations as (
    select * from {{ ref('int_locations') }}
),

final as (
    select
        matches.*,
        {{ stable_id(["'match'", 'matches.release_id', 'matches.service', 'matches.rule_id', 'matches.file', 'matches.start_line', 'matches.start_column', 'matches.end_line', 'matches.end_column']) }}
            as evidence_id,
        coalesce(rules.weakness_class, split_part(matches.rule_id, '.', 1)) as weakness_class,
        coalesce(rules.kind, 'flaw') as kind,
        coalesce(rules.severity, '{{ var("severity_default") }}') as severity,
        coalesce(rules.confidence, 'low') as confidence,
        locations.function_id,
        locations.qualified_name
    from matches
    left join rules using (release_id, rule_id)
    left join locations
        on locations.release_id = matches.release_id
        and locations.service = matches.service
        and locations.file = matches.file
        and locations.line = matches.start_line
)

select * from final
