{# Code with its layout gone: what tells two statements apart whose fingerprints are equal. #}
{% macro plain_code(code) -%}
    regexp_replace({{ code }}, '\s+', '', 'g')
{%- endmacro %}
