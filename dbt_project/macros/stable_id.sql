{# The md5 of the parts as text, null as empty, joined by the unit separator: equals `engines.contract.stable_id`.
   Parts are text or whole numbers; booleans and floats read differently in Python and SQL and are never parts. #}
{% macro stable_id(parts) -%}
    md5(concat_ws(chr(31){% for part in parts %}, coalesce(cast({{ part }} as varchar), ''){% endfor %}))
{%- endmacro %}
