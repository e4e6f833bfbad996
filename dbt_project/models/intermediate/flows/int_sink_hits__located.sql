with hits as (
    select * from {{ ref('stg_trace__sink_hits') }}
),

final as (
    select
        hits.*,
        locations.function_id,
        locations.qualified_name
    from hits
    left join {{ ref('int_locations') }} as locations using (release_id, service, file, line)
)

select * from final
