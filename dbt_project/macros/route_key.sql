{# A route whatever its parameters are called. #}
{% macro route_key(route) -%}
    regexp_replace({{ route }}, '\{[^}]*\}', '{}', 'g')
{%- endmacro %}
