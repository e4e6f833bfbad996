with functions as (
    select * from {{ ref('stg_inventory__functions') }}
),

final as (
    select
        release_id,
        {{ stable_id(['service', 'file', 'qualified_name']) }} as function_id,
        service,
        build_id,
        qualified_name,
        module,
        file,
        start_line,
        end_line,
        body_hash,
        line_count,
        language,
        kind
    from functions
    {# a name bound twice in a file is, at run time, what was bound last #}
    qualify row_number() over (
        partition by release_id, service, file, qualified_name order by start_line desc, run_id
    ) = 1
)

select * from final
