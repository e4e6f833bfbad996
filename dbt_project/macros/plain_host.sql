{# A host by one name, whichever of those of this machine was written. #}
{% macro plain_host(host) -%}
    regexp_replace(lower({{ host }}), '^(localhost|\[::1\]|0\.0\.0\.0)', '127.0.0.1')
{%- endmacro %}
