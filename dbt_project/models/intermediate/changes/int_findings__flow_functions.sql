{# The function that holds the finding and those that traffic passed on the way to it. #}
with findings as (
    select release_id, finding_id, function_id from {{ ref('int_findings__tracked') }} where function_id is not null
),

nodes as (
    select distinct release_id, entry_service, path_id, function_id from {{ ref('int_paths') }} where function_id is not null
),

passed as (
    select distinct findings.release_id, findings.finding_id, before.function_id
    from findings
    join nodes using (release_id, function_id)
    join {{ ref('int_paths__ancestors') }} as ancestors using (release_id, entry_service, path_id)
    join nodes as before
        on ancestors.release_id = before.release_id and ancestors.entry_service = before.entry_service
        and ancestors.ancestor_path_id = before.path_id
),

final as (
    select * from findings
    union
    select release_id, finding_id, function_id from passed
)

select * from final
