{# The schemas are staging, intermediate, marts and seeds, without a prefix: a warehouse holds one project. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
