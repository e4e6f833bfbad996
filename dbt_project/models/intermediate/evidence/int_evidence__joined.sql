{# Where the joins answer with several points the evidence stays apart and names them. #}
with evidence as (
    select * from {{ ref('int_evidence') }}
),

points as (
    select * from {{ ref('int_points') }}
),

answers as (
    select * from {{ ref('int_joins__answers') }}
),

own as (
    {# a match, or a sink that no match answers for: the point on the very line #}
    select evidence.evidence_id, points.point_id, points.is_matched
    from evidence
    inner join points
        on points.release_id = evidence.release_id
        and points.service = evidence.service
        and points.weakness_class = evidence.weakness_class
        and points.file = evidence.file
        and evidence.line between points.start_line and points.end_line
        and points.is_matched = (evidence.signal = 'static.match')
),

apart as (
    {# what has no line: a dependency or a practice by what it is about, all else by its endpoint and parameter #}
    select
        release_id,
        evidence_id,
        case
            when kind = 'known_vulnerability' then {{ stable_id(['service', 'weakness_class', 'subject']) }}
            when route is null then {{ stable_id(['service', 'weakness_class', 'coalesce(rule_id, subject)']) }}
            when kind = 'anomaly' then {{ stable_id(['service', 'weakness_class', 'method', 'route', 'subject']) }}
            else {{ stable_id(['service', 'weakness_class', 'method', 'route', 'parameter']) }}
        end as entry_key
    from evidence
),

final as (
    select
        evidence.*,
        case
            when evidence.signal = 'static.match' then own.point_id
            when len(answers.candidates) = 1 then answers.candidates[1]
            else coalesce(own.point_id, apart.entry_key)
        end as key_id,
        apart.entry_key,
        case
            when evidence.signal = 'static.match' then null
            when len(answers.candidates) = 1 then answers.join_pass
            when own.point_id is not null and evidence.attempt_id is not null then 1
            else 6
        end as join_pass,
        case
            when evidence.signal = 'static.match' then 'the match marks this code'
            when len(answers.candidates) > 1 then 'several code points answer: ' || len(answers.candidates)
            when answers.is_narrowed
                then passes.explanation || '; the only one of ' || len(answers.named_points) || ' that is not doubtful'
            when answers.candidates is not null then passes.explanation
            when own.point_id is not null then 'its own line: no static match answers there'
            when evidence.kind != 'flaw' then 'has no code line by its kind'
            else 'uncorrelated: no flow leads to code of this class'
        end as join_reason,
        case when len(answers.candidates) > 1 then answers.candidates else [] end as candidates,
        coalesce(len(answers.candidates) = 1, false) or own.point_id is not null as is_in_code
    from evidence
    inner join apart using (release_id, evidence_id)
    left join answers using (release_id, evidence_id)
    left join own using (evidence_id)
    left join {{ ref('join_passes') }} as passes on passes.join_pass = answers.join_pass
)

select * from final
