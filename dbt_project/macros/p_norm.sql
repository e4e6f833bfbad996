{# Several scores of 0 to 100 as one: ten of 20 give 36, one of 95 stays 95. Source: generalised mean without the division.
   Summed in a fixed order: the order of floating-point sums shows in their last digit. #}
{% macro p_norm(score) -%}
    least({{ var('risk_cap') }}, power(list_sum(list(power({{ score }}, {{ var('risk_norm') }}) order by {{ score }})), 1.0 / {{ var('risk_norm') }}))
{%- endmacro %}
