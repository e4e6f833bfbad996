{# Where a value's mere arrival proves the attack, every probe of the rule attacks. #}
with probes as (
    select * from {{ ref('stg_dynamic__probes') }}
),

attempts as (
    select release_id, attempt_id, run_id, base_role, attack_role, confirm_how from {{ ref('int_attempts') }}
),

arrived as (
    select distinct release_id, trace_id from {{ ref('stg_trace__trace_paths') }}
    union
    select distinct release_id, trace_id from {{ ref('stg_trace__sink_hits') }} where trace_id is not null
),

final as (
    select
        probes.*,
        probes.role = attempts.base_role as is_base,
        case
            when attempts.confirm_how = 'contains'
                then probes.role not in ('{{ var("accompanying_roles") | join("', '") }}')
            else coalesce(probes.role = attempts.attack_role, false)
        end as is_attack,
        arrived.trace_id is not null as is_traced
    from probes
    inner join attempts using (release_id, attempt_id, run_id)
    left join arrived using (release_id, trace_id)
)

select * from final
