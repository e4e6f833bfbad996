{# Who sent nothing does not count; of the others one whose recording has gaps leaves it open. #}
select
    release_id, service, file, function_id,
    case
        when bool_or(status = 'reached') then 'reached'
        when bool_or(limited_by not in ('no_traffic', 'not_in_recording')) or not bool_or(status = 'unreached') then 'unknown'
        else 'unreached'
    end as status,
    if(bool_or(status = 'reached'), null, coalesce(
        min(limited_by) filter (limited_by not in ('no_traffic', 'not_in_recording')),
        if(bool_or(status = 'unreached'), null, min(limited_by))
    )) as limited_by
from {{ ref('int_functions__covered') }}
group by release_id, service, file, function_id
