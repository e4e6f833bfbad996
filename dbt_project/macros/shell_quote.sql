{# A text as one word of a POSIX shell: single quotes, each one within closed, escaped and opened again. #}
{% macro shell_quote(text) -%}
    ('''' || replace({{ text }}, '''', '''\''''') || '''')
{%- endmacro %}
