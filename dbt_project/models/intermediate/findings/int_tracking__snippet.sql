{# Among equals in one function the pairs go by the order of their lines. #}
with {{ unclaimed_findings(['int_tracking__exact']) }},

now_ranked as (
    select *, row_number() over (
        partition by release_id, service, weakness_class, file, "function", normalised_snippet order by line, key_id
    ) as place
    from now
),

before_ranked as (
    select *, row_number() over (
        partition by release_id, service, weakness_class, file, "function", normalised_snippet order by distance, line, key_id
    ) as place
    from before
)

select
    now.release_id, now.key_id, before.earlier_release_id, before.key_id as earlier_key_id,
    'snippet' as tracking_pass
from now_ranked as now
inner join before_ranked as before
    using (release_id, service, weakness_class, file, "function", normalised_snippet, place)
