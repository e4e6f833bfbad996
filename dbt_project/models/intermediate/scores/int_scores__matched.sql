{# A report meets a truth by function, by line where there is no function, or by endpoint where it knows no code;
   a truth that names no endpoint is of the service as a whole. #}
with truth as (
    select * from {{ ref('int_scores__truth') }}
),

reports as (
    select * from {{ ref('int_scores__reports') }}
),

by_code as (
    select truth.release_id, truth.truth_id, reports.scope, reports.report_id, reports.finding_id, reports.state
    from truth
    join reports using (release_id, weakness_class, service, file)
    where truth.function_id = reports.function_id
        or (
            (truth.function_id is null or reports.function_id is null)
            and (truth.line is null or abs(truth.line - reports.line) <= {{ var('truth_line_slack') }})
        )
),

by_endpoint as (
    select truth.release_id, truth.truth_id, reports.scope, reports.report_id, reports.finding_id, reports.state
    from truth
    join reports using (release_id, weakness_class)
    where reports.file is null
        and (
            (coalesce(truth.route_key, '') = '' and truth.service = reports.service)
            or (truth.method = reports.method and truth.route_key = reports.route_key)
        )
        and (truth.service = reports.service or (truth.file is not null and truth.route <> ''))
        and (truth.parameter is null or coalesce(reports.parameter, '') in ('', truth.parameter))
),

final as (
    select * from by_code
    union
    select * from by_endpoint
)

select * from final
