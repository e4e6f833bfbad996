{# Whether every trigger that the truth names fired where it says. #}
with expected as (
    select
        release_id, truth_id, service, method, route_key,
        unnest(list_transform(string_split_regex(expected_trigger, '[,;|\s]+'), lambda name: trim(name))) as trigger
    from {{ ref('int_scores__truth') }}
    where nullif(trim(expected_trigger), '') is not null
),

triggers as (
    select release_id, trigger, service, method, {{ route_key('route') }} as route_key from {{ ref('int_triggers__all') }}
),

met as (
    select expected.release_id, expected.truth_id, expected.trigger, bool_or(triggers.trigger is not null) as has_fired
    from expected
    left join triggers
        on expected.release_id = triggers.release_id and expected.trigger = triggers.trigger
        and (expected.service = triggers.service or triggers.service = '*' or expected.route_key is not null)
        and (expected.route_key is null or triggers.method = '' or (expected.route_key = triggers.route_key and coalesce(expected.method, triggers.method) = triggers.method))
    group by all
),

final as (
    select release_id, truth_id, bool_and(has_fired) as trigger_fired from met group by all
)

select * from final
