with endpoints as (
    select
        release_id, service, 'endpoint' as subject_kind, change, method || ' ' || route as subject,
        if(change = 'changed', round(100 * changed_share)::int || ' % of the lines on its flows', '') as detail
    from {{ ref('int_endpoints__changed') }}
    where change in ('new', 'changed')
),

removed_endpoints as (
    select release_id, service, 'endpoint' as subject_kind, 'removed' as change, method || ' ' || route as subject, '' as detail
    from {{ ref('int_endpoints__removed') }}
),

functions as (
    select
        release_id, service, 'function' as subject_kind, change, qualified_name || ' (' || file || ')' as subject,
        case when change in ('renamed', 'moved') then 'was ' || previous_qualified_name || ' (' || previous_file || ')' else '' end as detail
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
    select * from removed_endpoints
    union all by name
    select * from functions
    union all by name
    select * from reach
    union all by name
    select * from versions
)

select * from final
