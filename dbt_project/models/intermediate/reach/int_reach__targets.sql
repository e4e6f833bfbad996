{# A directory is compared by its last two names without versions: a release deployed in another folder reaches nothing new. #}
with releases as (
    select release_id, release_name from {{ ref('int_releases') }}
),

observed as (
    select * from {{ ref('int_reach__observed') }}
),

told as (
    select * from {{ ref('int_reach__told') }}
),

reached as (
    select
        coalesce(observed.release_id, told.release_id) as release_id,
        coalesce(observed.entry_service, told.entry_service) as service,
        coalesce(observed.entry_method, told.entry_method) as method,
        coalesce(observed.entry_route, told.entry_route) as route,
        coalesce(observed.target_service, told.target_service) as target_service,
        coalesce(observed.target, told.target) as target,
        observed.target is not null as is_observed,
        told.target is not null as is_told,
        coalesce(observed.calls, 0) as calls
    from observed
    full join told
        on observed.release_id = told.release_id and observed.entry_service = told.entry_service
        and observed.entry_method = told.entry_method and observed.entry_route = told.entry_route
        and observed.target_service = told.target_service and observed.target = told.target
),

final as (
    select
        reached.*,
        split_part(reached.target, ':', 1) as target_kind,
        if(
            starts_with(reached.target, 'file:'),
            'file:' || array_to_string(
                list_filter(string_split(replace(reached.target[6:], releases.release_name, '*'), '/'), lambda part: part <> '')[-2:], '/'
            ),
            reached.target
        ) as target_key,
        found.outside_parameter,
        found.outside_value,
        found.statement
    from reached
    join releases using (release_id)
    left join {{ ref('int_reach__values') }} as found
        on reached.release_id = found.release_id and reached.service = found.entry_service
        and reached.method = found.entry_method and reached.route = found.entry_route
        and reached.target_service = found.target_service and reached.target = found.target
)

select * from final
