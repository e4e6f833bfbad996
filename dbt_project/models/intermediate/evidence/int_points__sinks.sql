{# What a probe or a value showed at a line where no static match answers is a code point of its own. #}
with located as (
    select * from {{ ref('int_evidence') }}
    where signal != 'static.match' and file is not null
),

alone as (
    select located.*
    from located
    where evidence_id not in (
        select evidence_id from {{ ref('int_joins__sink') }} group by evidence_id having count(*) = 1
        union all
        select evidence_id from {{ ref('int_joins__sink_path') }} group by evidence_id having count(*) = 1
    )
),

folded as (
    select
        release_id,
        service,
        weakness_class,
        file,
        line as start_line,
        line as end_line,
        any_value(function_id) as function_id,
        any_value(qualified_name) as qualified_name,
        min(statement) as snippet,
        'sink' as normalised_snippet
    from alone
    group by release_id, service, weakness_class, file, line
),

final as (
    select
        *,
        row_number() over (
            partition by release_id, service, weakness_class, file, qualified_name order by start_line
        ) as ordinal
    from folded
)

select
    *,
    {{ stable_id(['service', 'weakness_class', 'file', 'qualified_name', 'normalised_snippet', 'ordinal']) }} as point_id
from final
