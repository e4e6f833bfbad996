{# Several scores of 0 to 100 as one: ten of 20 give 36, one of 95 stays 95. Source: generalised mean without the division. #}
{% macro p_norm(score) -%}
    least({{ var('risk_cap') }}, power(sum(power({{ score }}, {{ var('risk_norm') }})), 1.0 / {{ var('risk_norm') }}))
{%- endmacro %}
