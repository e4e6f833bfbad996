{# What is no longer there to be asked counts as asked: an endpoint that is gone, a parameter that nobody reads. #}
with seers as (
    select * from {{ ref('int_findings__seers') }}
),

ancestors as (
    select release_id, ancestor_id from {{ ref('int_releases__ancestors') }}
),

completed as (
    select release_id, technique, run_service, tool from {{ ref('int_runs__completed') }}
),

attempts as (
    select distinct release_id, service, rule_id, method, route, parameter
    from {{ ref('int_attempts') }}
    where status = 'done'
),

parameters as (
    select distinct release_id, service, method, route, name as parameter from {{ ref('stg_inventory__parameters') }}
    union
    select distinct release_id, service, method, route, name as parameter from {{ ref('stg_trace__seen_parameters') }}
    where exerciser in ('qa', 'import')
    union
    select distinct release_id, service, method, route, '' as parameter from {{ ref('int_endpoints') }}
    union
    select distinct release_id, service, '' as method, '' as route, '' as parameter
    from {{ ref('stg_declared__services') }}
),

hidden as (
    select * from {{ ref('int_files__hidden') }}
),

final as (
    select distinct
        ancestors.release_id,
        seers.release_id as earlier_release_id,
        seers.key_id,
        seers.seer_id,
        completed.technique is not null
        and hidden.file is null
        and (seers.rule_id is null or attempts.rule_id is not null or parameters.parameter is null)
            as is_repeated
    from seers
    inner join ancestors on ancestors.ancestor_id = seers.release_id
    left join completed
        on completed.release_id = ancestors.release_id
        and completed.technique = seers.technique
        and completed.run_service = seers.run_service
        and completed.tool is not distinct from seers.tool
    left join attempts
        on attempts.release_id = ancestors.release_id
        and attempts.service = seers.entry_service
        and attempts.rule_id = seers.rule_id
        and attempts.method = seers.method
        and attempts.route = seers.route
        and attempts.parameter = seers.parameter
    left join parameters
        on parameters.release_id = ancestors.release_id
        and parameters.service = seers.entry_service
        and parameters.method = seers.method
        and parameters.route = seers.route
        and parameters.parameter = seers.parameter
    left join hidden
        on hidden.release_id = ancestors.release_id
        and hidden.earlier_release_id = seers.release_id
        and hidden.file_service = seers.file_service
        and hidden.file = seers.file
)

select * from final
