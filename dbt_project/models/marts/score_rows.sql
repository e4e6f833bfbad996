select
    judged.release_id, judged.truth_id, judged.is_real, judged.coverage, judged.scope, judged.is_reported, judged.finding_id, judged.state,
    judged.expected_state, judged.expected_trigger, coalesce(triggers.trigger_fired, false) as trigger_fired, judged.verdict
from {{ ref('int_scores__judged') }} as judged
left join {{ ref('int_scores__triggers') }} as triggers using (release_id, truth_id)
