{# Every preset says what every condition leads to, and every finding meets a condition that is known. #}
select presets.preset, conditions.condition
from (select distinct preset from {{ ref('policy_presets') }}) as presets
cross join {{ ref('conditions') }} as conditions
anti join {{ ref('policy_presets') }} as said using (preset, condition)
union all
select release_id, condition from {{ ref('int_decision__findings') }}
anti join {{ ref('conditions') }} using (condition)
