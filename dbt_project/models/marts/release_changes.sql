with endpoints as (
    select
        release_id, service, 'endpoint' as subject_kind, change, method || ' ' || route as subject,
        concat_ws(
            '; ',
            if(change = 'renamed', 'was ' || previous_method || ' ' || previous_route, null),
            if(change = 'handler_changed', 'was ' || previous_handler || ', is ' || handler, null),
            if(changed_share > 0 and change <> 'new', round(100 * changed_share)::int || ' % of the lines on its flows', null),
            if(changed_parameters > 0, changed_parameters || ' parameters', null)
        ) as detail
    from {{ ref('int_endpoints__diffed') }}
    where change <> 'unchanged'
),

parameters as (
    select
        release_id, service, 'parameter' as subject_kind, change, name || ' (' || place || ')' as subject,
        'of ' || method || ' ' || route || case
            when change = 'retyped' then ', was ' || previous_type || ', is ' || type
            when change = 'moved' then ', was in ' || previous_place
            else ''
        end as detail
    from {{ ref('int_parameters__changed') }}
),

functions as (
    select
        release_id, service, 'function' as subject_kind, change, qualified_name || ' (' || file || ')' as subject,
        case when (previous_qualified_name, previous_file) <> (qualified_name, file) then 'was ' || previous_qualified_name || ' (' || previous_file || ')' else '' end as detail
    from {{ ref('int_functions__changed') }}
    where change in ('new', 'changed', 'removed', 'renamed', 'moved')
),

reach as (
    select
        release_id, service, 'reach' as subject_kind, 'new' as change, target as subject,
        'from ' || method || ' ' || route || ' in ' || target_service || if(is_observed, ', observed', ', told by the source') as detail
    from {{ ref('int_reach__new') }}
),

versions as (
    select
        release_id, service, 'version' as subject_kind, 'stepped' as change,
        previous_version || ' → ' || version as subject,
        if(step = 'not applicable', 'not applicable: the versions are not semantic', step) as detail
    from {{ ref('int_versions__stepped') }}
),

final as (
    select * from endpoints
    union all by name
    select * from parameters
    union all by name
    select * from functions
    union all by name
    select * from reach
    union all by name
    select * from versions
)

select * from final
