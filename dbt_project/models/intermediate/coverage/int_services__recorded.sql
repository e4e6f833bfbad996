with services as (
    select release_id, service, is_released, base_url from {{ ref('stg_declared__services') }}
),

traced as (
    select
        release_id, service, sum(spans) as spans,
        coalesce(sum(spans) filter (where exerciser in ('qa', 'import')), 0) as recorded_spans,
        sum(dropped) as dropped
    from {{ ref('stg_trace__traced_services') }}
    group by all
),

final as (
    select
        services.*,
        coalesce(traced.spans, 0) > 0 as is_traced,
        coalesce(traced.recorded_spans, 0) > 0 as is_recorded,
        coalesce(traced.dropped, 0) as dropped
    from services
    left join traced using (release_id, service)
)

select * from final
