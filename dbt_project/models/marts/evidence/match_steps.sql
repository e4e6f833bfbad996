{# Steps of the matches that became evidence; where one run says a flow twice, once. #}
with steps as (
    select * from {{ ref('stg_static__match_steps') }}
),

matches as (
    select release_id, run_id, service, rule_id, file, start_line, start_column, evidence_id
    from {{ ref('int_matches__located') }}
),

findings as (
    select release_id, evidence_id, finding_id, run_id from {{ ref('int_findings__evidence') }}
),

final as (
    select
        steps.release_id,
        findings.evidence_id,
        findings.finding_id,
        steps.service,
        steps.engine,
        steps.rule_id,
        steps.flow::integer as flow,
        steps.step::integer as step,
        steps.step_file as file,
        steps.step_line::integer as line,
        steps.step_column::integer as "column",
        steps.message
    from steps
    inner join matches using (release_id, run_id, service, rule_id, file, start_line, start_column)
    inner join findings using (release_id, evidence_id, run_id)
    qualify row_number() over (
        partition by steps.release_id, findings.evidence_id, steps.flow, steps.step order by steps.step_file, steps.step_line, steps.step_column
    ) = 1
)

select * from final
