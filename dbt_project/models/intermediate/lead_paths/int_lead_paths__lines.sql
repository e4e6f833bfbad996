{# The last hop of every path: the finding's line, with the statement seen there, benign and under attack. #}
with lengths as (
    select release_id, key_id, path_number, max(hop) as hops, bool_and(is_observed) as is_observed, min(calls) as calls
    from {{ ref('int_lead_paths__hops') }}
    group by release_id, key_id, path_number
),

points as (
    select * from {{ ref('int_points') }}
),

statements as (
    select
        release_id,
        key_id,
        arg_min(statement, (statement_attack is null, evidence_id)) as statement,
        arg_min(statement_attack, evidence_id) filter (verdict = 'confirmed') as statement_attack
    from {{ ref('int_evidence__joined') }}
    where statement is not null or statement_attack is not null
    group by release_id, key_id
)

select
    points.release_id,
    points.point_id as key_id,
    lengths.path_number,
    lengths.hops + 1 as hop,
    'line' as hop_kind,
    points.service,
    points.snippet as symbol,
    points.file,
    points.start_line as line,
    lengths.is_observed,
    lengths.calls,
    statements.statement,
    statements.statement_attack
from points
inner join lengths on lengths.release_id = points.release_id and lengths.key_id = points.point_id
left join statements on statements.release_id = points.release_id and statements.key_id = points.point_id
