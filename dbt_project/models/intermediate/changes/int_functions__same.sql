{# From the surest sign to the least, each for what the one before has left on both sides: the name in its file, the body
   under the same name elsewhere, the body in the same file, the body under the same last name, the body. #}
{% set signs = [
    ('name', ['file', 'qualified_name']),
    ('body', ['body_hash', 'qualified_name']),
    ('body', ['body_hash', 'file']),
    ('body', ['body_hash', 'last_name']),
    ('body', ['body_hash']),
] %}
with compared as (
    select * from {{ ref('int_releases__compared') }}
),

functions as (
    select *, regexp_extract(qualified_name, '[^./:#]*$') as last_name
    from {{ ref('int_functions') }}
    where kind <> 'module'
),

now_0 as (
    select compared.earlier_release_id, functions.* from functions join compared using (release_id, service)
),

before_0 as (
    select compared.release_id, functions.* exclude (release_id), functions.release_id as earlier_release_id
    from functions
    join compared on functions.release_id = compared.earlier_release_id and functions.service = compared.service
),
{% for sign, keys in signs %}
{%- set keys = ['release_id', 'earlier_release_id', 'service'] + keys %}
now_placed_{{ loop.index }} as (
    select *, row_number() over (partition by {{ keys | join(', ') }} order by file, start_line, function_id) as place
    from now_{{ loop.index0 }}
),

before_placed_{{ loop.index }} as (
    select *, row_number() over (partition by {{ keys | join(', ') }} order by file, start_line, function_id) as place
    from before_{{ loop.index0 }}
),

pairs_{{ loop.index }} as (
    select
        n.release_id, n.earlier_release_id, n.function_id, b.function_id as previous_function_id, '{{ sign }}' as matched_by,
        case
            when n.body_hash <> b.body_hash then 'changed'
            when n.file <> b.file then 'moved'
            when n.qualified_name <> b.qualified_name then 'renamed'
            else 'unchanged'
        end as change
    from now_placed_{{ loop.index }} as n
    join before_placed_{{ loop.index }} as b using ({{ keys | join(', ') }}, place)
),

now_{{ loop.index }} as (
    select * from now_{{ loop.index0 }}
    anti join pairs_{{ loop.index }} using (release_id, earlier_release_id, function_id)
),

before_{{ loop.index }} as (
    select before_{{ loop.index0 }}.* from before_{{ loop.index0 }}
    anti join pairs_{{ loop.index }} as paired
        on before_{{ loop.index0 }}.release_id = paired.release_id
        and before_{{ loop.index0 }}.earlier_release_id = paired.earlier_release_id
        and before_{{ loop.index0 }}.function_id = paired.previous_function_id
),
{% endfor %}
final as (
    {% for _ in signs -%}
    select * from pairs_{{ loop.index }}
    {{ 'union all by name' if not loop.last }}
    {% endfor %}
)

select * from final
