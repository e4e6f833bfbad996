{# Matches of one class whose spans overlap are one weak statement, however many rules saw it; the text of our own engine
   is what it is known by, so that importing a report changes no identity. #}
with matches as (
    select * from {{ ref('int_matches__spans') }}
),

ordered as (
    select
        *,
        max(span_end) over (
            partition by release_id, service, weakness_class, file
            order by span_start, span_end, start_line, end_line, rule_id, start_column
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from matches
),

numbered as (
    select
        *,
        sum(case when covered_until >= span_start then 0 else 1 end) over (
            partition by release_id, service, weakness_class, file
            order by span_start, span_end, start_line, end_line, rule_id, start_column
            rows unbounded preceding
        ) as point_number
    from ordered
),

folded as (
    select
        release_id,
        service,
        weakness_class,
        file,
        min(start_line) as start_line,
        max(end_line) as end_line,
        arg_min(function_id, (is_imported, start_line, end_line, rule_id, start_column)) as function_id,
        arg_min(qualified_name, (is_imported, start_line, end_line, rule_id, start_column)) as qualified_name,
        arg_min(snippet, (is_imported, start_line, end_line, rule_id, start_column)) as snippet,
        arg_min(normalised_snippet, (is_imported, start_line, end_line, rule_id, start_column)) as normalised_snippet,
        bool_and(confidence = 'low') as is_doubtful
    from numbered
    group by release_id, service, weakness_class, file, point_number
),

final as (
    select
        *,
        row_number() over (
            partition by release_id, service, weakness_class, file, qualified_name, normalised_snippet
            order by start_line
        ) as ordinal
    from folded
)

select
    *,
    {{ stable_id(['service', 'weakness_class', 'file', 'qualified_name', 'normalised_snippet', 'ordinal']) }} as point_id
from final
