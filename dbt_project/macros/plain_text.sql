{# White space and case of a statement do not tell it from another. #}
{% macro plain_text(column) -%}
    lower(trim(regexp_replace({{ column }}, '\s+', ' ', 'g')))
{%- endmacro %}
