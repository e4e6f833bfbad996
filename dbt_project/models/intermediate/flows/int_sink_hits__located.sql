{# A statement that the source holds word for word is no place for outside values: one that reads like a value of the
   request does so by chance. #}
with hits as (
    select * from {{ ref('stg_trace__sink_hits') }}
),

constants as (
    select distinct release_id, service, {{ plain_text('statement') }} as text
    from {{ ref('stg_inventory__statements') }}
),

final as (
    select
        hits.* exclude (outside_parameter, outside_value),
        locations.function_id,
        locations.qualified_name,
        case when constants.text is null then hits.outside_parameter end as outside_parameter,
        case when constants.text is null then hits.outside_value end as outside_value
    from hits
    left join {{ ref('int_locations') }} as locations using (release_id, service, file, line)
    left join constants
        on constants.release_id = hits.release_id
        and constants.service = hits.service
        and constants.text = if(hits.kind = 'sql', {{ plain_text('hits.statement') }}, null)
)

select * from final
