{# The function that a handler was in the previous release; the handler itself where it is none that the inventory knows. #}
with endpoints as (
    select * from {{ ref('int_endpoints') }} where handler is not null
)

select
    endpoints.release_id, endpoints.endpoint_id,
    coalesce(functions.previous_function_id, if(functions.function_id is null, endpoints.handler_id, null))
        as previous_handler_id
from endpoints
left join {{ ref('int_functions__changed') }} as functions
    on endpoints.release_id = functions.release_id and endpoints.handler_id = functions.function_id
    and functions.change <> 'removed'
