{# Two declarations are the same endpoint whatever they call its parameters; the source's template names it. #}
with declared as (
    select
        release_id, service, method, route, handler, file, line, declared_by,
        regexp_replace(route, '\{[^}]*\}', '{}', 'g') as route_key
    from {{ ref('stg_inventory__endpoints') }}
),

seen as (
    select * from {{ ref('int_endpoints__seen') }}
),

services as (
    select release_id, service, exposure from {{ ref('stg_declared__services') }}
),

understood as (
    {# a service in whose source no endpoint at all was recognised tells nothing of what is missing there #}
    select distinct release_id, service, true as is_source_understood
    from declared
    where declared_by = 'source'
),

folded as (
    select
        coalesce(declared.release_id, seen.release_id) as release_id,
        coalesce(declared.service, seen.service) as service,
        coalesce(declared.method, seen.method) as method,
        coalesce(declared.route_key, seen.route_key) as route_key,
        coalesce(arg_max(declared.route, (declared.declared_by, declared.file, declared.line, declared.route)), any_value(seen.route)) as route,
        arg_max(declared.handler, (declared.declared_by, declared.file, declared.line, declared.route)) as handler,
        arg_max(declared.file, (declared.declared_by, declared.file, declared.line, declared.route)) as file,
        arg_max(declared.line, (declared.declared_by, declared.file, declared.line, declared.route)) as line,
        list_sort(list(distinct declared.declared_by) filter (declared.declared_by is not null)) as declared_by,
        any_value(seen.seen_by) as seen_by,
        coalesce(bool_or(seen.is_entered_from_outside), false) as is_entered_from_outside
    from declared
    full join seen using (release_id, service, method, route_key)
    group by all
),

final as (
    select
        folded.release_id,
        {{ stable_id(['folded.service', 'folded.method', 'folded.route']) }} as endpoint_id,
        folded.service,
        folded.method,
        folded.route,
        folded.handler,
        folded.file,
        folded.line,
        {{ stable_id(['folded.service', 'folded.file', 'folded.handler']) }} as handler_id,
        coalesce(services.exposure, 'internal') as exposure,
        coalesce(services.exposure in ('{{ var("outside_exposures") | join("', '") }}'), false)
            or folded.is_entered_from_outside as is_outside,
        coalesce(folded.declared_by, []) as declared_by,
        case
            when list_contains(folded.declared_by, 'source') then 'declared'
            when list_contains(folded.declared_by, 'openapi') and folded.seen_by is null
                and coalesce(understood.is_source_understood, false) then 'documented_only'
            when list_contains(folded.declared_by, 'openapi') then 'declared'
            else 'shadow'
        end as status,
        coalesce(folded.seen_by, []) as seen_by
    from folded
    left join services using (release_id, service)
    left join understood using (release_id, service)
)

select * from final
