{# A finding to which nothing leads still shows its function; one without code shows its endpoint. #}
with led as (
    select * from {{ ref('int_lead_paths__hops_observed') }}
    union all by name
    select * from {{ ref('int_lead_paths__hops_possible') }}
),

findings as (
    select findings.*, functions.start_line as function_line
    from {{ ref('int_findings') }} as findings
    left join {{ ref('int_functions') }} as functions using (release_id, function_id)
),

bare as (
    select
        release_id,
        key_id,
        1 as path_number,
        1 as hop,
        case when file is null then 'endpoint' else 'function' end as hop_kind,
        case when file is null then entry_service else service end as service,
        case when file is null then method || ' ' || route else coalesce("function", file) end as symbol,
        file,
        coalesce(function_line, line) as line,
        file is null as is_observed,
        0::bigint as calls,
        []::varchar[] as exercisers
    from findings
    where coalesce(file, route) is not null
        and not exists (
            select 1 from led where led.release_id = findings.release_id and led.key_id = findings.key_id
        )
)

select * from led
union all by name
select * from bare
