{# Two CTEs, `now` and `before`: findings with code on either side that the passes named have not paired. #}
{% macro unclaimed_findings(passes) -%}
claimed as (
    {% for pass in passes -%}
    select release_id, key_id, earlier_release_id, earlier_key_id from {{ ref(pass) }}
    {{ 'union all by name' if not loop.last }}
    {% endfor %}
),

now as (
    select findings.*, coalesce(functions.start_line, 0) as function_line, functions.body_hash
    from {{ ref('int_findings__described') }} as findings
    left join {{ ref('int_functions') }} as functions using (release_id, function_id)
    where findings.file is not null
        and not exists (
            select 1 from claimed
            where claimed.release_id = findings.release_id and claimed.key_id = findings.key_id
        )
),

before as (
    select earlier.*
    from {{ ref('int_findings__earlier') }} as earlier
    where earlier.file is not null
        and not exists (
            select 1 from claimed
            where claimed.release_id = earlier.release_id
                and claimed.earlier_release_id = earlier.earlier_release_id
                and claimed.earlier_key_id = earlier.key_id
        )
)
{%- endmacro %}
