{# A request that a person can paste, with values seen in traffic or typed defaults. Every value is quoted for the shell and,
   in the test, as a JSON text, which Python reads as it stands. #}
with endpoints as (
    select endpoints.*, services.base_url
    from {{ ref('int_endpoints') }} as endpoints
    left join {{ ref('stg_declared__services') }} as services using (release_id, service)
    where endpoints.route <> ''
),

parameters as (
    select release_id, service, method, route, place, parameter, example from {{ ref('int_probe_plan__parameters') }}
),

grouped as (
    select
        release_id, service, method, route,
        coalesce(list({'name': parameter, 'value': example} order by parameter) filter (where place = 'path'), []) as in_path,
        string_agg(url_encode(parameter) || '=' || url_encode(example), '&' order by parameter) filter (where place = 'query') as query,
        list({'name': parameter, 'value': example} order by parameter) filter (where place = 'header') as headers,
        string_agg(parameter || '=' || example, '; ' order by parameter) filter (where place = 'cookie') as cookies,
        to_json(map_from_entries(list({'name': parameter, 'value': example} order by parameter) filter (where place = 'json')))::varchar as body,
        string_agg(url_encode(parameter) || '=' || url_encode(example), '&' order by parameter) filter (where place = 'form') as form
    from parameters
    group by all
),

addressed as (
    select
        endpoints.release_id, endpoints.service, endpoints.method, endpoints.route, endpoints.base_url,
        coalesce(rtrim(endpoints.base_url, '/'), 'http://' || upper(replace(endpoints.service, '-', '_')) || '.invalid')
        || coalesce(
            list_reduce(
                list_prepend(endpoints.route, list_transform(grouped.in_path, lambda p: p.name || chr(31) || url_encode(p.value))),
                lambda path, p: replace(path, '{' || split_part(p, chr(31), 1) || '}', split_part(p, chr(31), 2))
            ),
            endpoints.route
        )
        || coalesce('?' || grouped.query, '') as url,
        list_concat(
            list_transform(coalesce(grouped.headers, []), lambda h: {'name': h.name, 'value': h.value}),
            list_concat(
                if(grouped.cookies is null, [], [{'name': 'Cookie', 'value': grouped.cookies}]),
                case
                    when grouped.body is not null then [{'name': 'Content-Type', 'value': 'application/json'}]
                    when grouped.form is not null then [{'name': 'Content-Type', 'value': 'application/x-www-form-urlencoded'}]
                    else []
                end
            )
        ) as headers,
        coalesce(grouped.body, grouped.form) as content
    from endpoints
    left join grouped using (release_id, service, method, route)
),

final as (
    select
        release_id,
        service,
        method,
        route,
        'curl -X ' || {{ shell_quote('method') }}
        || array_to_string(list_transform(headers, lambda h: ' -H ' || {{ shell_quote("h.name || ': ' || h.value") }}), '')
        || coalesce(' --data ' || {{ shell_quote('content') }}, '')
        || ' ' || {{ shell_quote('url') }} as request_curl,
        'import httpx' || repeat(chr(10), 3)
        || 'def test_' || trim(regexp_replace(lower(service || '_' || method || '_' || route), '[^a-z0-9]+', '_', 'g'), '_') || '():' || chr(10)
        || '    answer = httpx.request(' || chr(10)
        || '        ' || to_json(method)::varchar || ',' || chr(10)
        || '        ' || to_json(url)::varchar || ',' || chr(10)
        || '        headers={'
        || array_to_string(list_transform(headers, lambda h: to_json(h.name)::varchar || ': ' || to_json(h.value)::varchar), ', ') || '},' || chr(10)
        || coalesce('        content=' || to_json(content)::varchar || ',' || chr(10), '')
        || '    )' || chr(10)
        || '    assert answer.status_code < 500' as request_test
    from addressed
)

select * from final
