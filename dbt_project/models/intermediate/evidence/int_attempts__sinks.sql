{# Where both marks sit in one statement its shape tells nothing of the benign one, so it is no base to compare with. #}
with hits as (
    select * from {{ ref('int_attempts__hits') }}
),

attempts as (
    select release_id, attempt_id, confirm_how from {{ ref('int_attempts') }}
),

attack_canaries as (
    select release_id, attempt_id, list(distinct canary) as marks
    from {{ ref('int_probes') }}
    where is_attack and not is_base
    group by release_id, attempt_id
),

marked as (
    select
        hits.*,
        attempts.confirm_how,
        hits.is_base and not coalesce(list_has_any(hits.canaries, attack_canaries.marks), false) as is_benign
    from hits
    inner join attempts using (release_id, attempt_id)
    left join attack_canaries using (release_id, attempt_id)
),

final as (
    select
        release_id,
        attempt_id,
        service,
        file,
        line,
        any_value(function_id) as function_id,
        bool_or(is_base or (is_attack and confirm_how = 'contains')) as is_reached,
        bool_or(is_attack) as is_attacked,
        case any_value(confirm_how)
            when 'contains' then bool_or(is_attack)
            when 'token_shape' then
                bool_or(is_benign)
                and not list_has_all(
                    coalesce(list(shape) filter (is_benign), []),
                    coalesce(list(shape) filter (is_attack and not is_benign), [])
                )
            else false
        end as is_confirmed,
        min(statement) filter (is_benign) as statement,
        min(statement) filter (is_attack and not is_benign) as statement_attack,
        list_sort(list(distinct {'entry_service': entry_service, 'path_id': path_id})) as paths
    from marked
    group by release_id, attempt_id, service, file, line
)

select * from final
