{# Every function of the inventory is there once for each exerciser, and none that ran is said not to have been reached. #}
with functions as (
    select release_id, count(*) * {{ var('exercisers') | length }} as expected
    from {{ ref('int_functions') }}
    join {{ ref('stg_declared__services') }} using (release_id, service)
    where kind <> 'module'
    group by release_id
),

covered as (
    select release_id, count(*) as found from {{ ref('function_coverage') }} group by release_id
),

shares as (
    select release_id, sum(reached + unreached + unknown) as found
    from {{ ref('function_shares') }}
    where file = '*' and exerciser <> 'any'
    group by release_id
)

select release_id, 'a function lost or doubled' as fault
from functions
full join covered using (release_id)
full join shares using (release_id)
where functions.expected is distinct from covered.found or functions.expected is distinct from shares.found
union all
select release_id, function_id || ' ran by ' || exerciser as fault
from {{ ref('int_paths') }} as paths
join {{ ref('function_coverage') }} as coverage using (release_id, function_id, exerciser)
where coverage.status <> 'reached' and paths.kind = 'function'
