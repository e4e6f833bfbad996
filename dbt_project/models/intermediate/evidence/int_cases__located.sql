{# The deepest function of a case's trace: the handler that failed is where it stopped, not where it came in. #}
with cases as (
    select * from {{ ref('stg_fuzz__cases') }}
    qualify row_number() over (partition by release_id, case_id order by assessment desc, observed_at desc, run_id) = 1
),

deepest as (
    select
        taken.release_id,
        taken.trace_id,
        arg_max(paths.function_id, (paths.depth, paths.path_id)) as function_id,
        arg_max(paths.symbol, (paths.depth, paths.path_id)) as "function"
    from {{ ref('stg_trace__trace_paths') }} as taken
    inner join {{ ref('int_paths') }} as paths
        on paths.release_id = taken.release_id and paths.path_id = taken.path_id and paths.service = taken.service
    where paths.kind = 'function'
    group by taken.release_id, taken.trace_id
)

select cases.*, deepest.function_id, deepest."function"
from cases
left join deepest using (release_id, trace_id)
