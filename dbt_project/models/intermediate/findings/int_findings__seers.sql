{# An attempt is a seer of its own: that the engine ran again does not mean that it asked the same again. A file read by
   static analysis is one, too: that the engine ran does not mean that it could read it. So is a tool whose report was
   imported: that another tool's came again says nothing of what it saw. #}
with seen as (
    select distinct
        release_id,
        key_id,
        technique,
        run_service,
        case when technique = 'imported' then engine end as tool,
        case when technique = 'static' then service end as file_service,
        case when technique = 'static' then file end as file,
        case when attempt_id is not null then rule_id end as rule_id,
        case when attempt_id is not null then entry_service end as entry_service,
        case when attempt_id is not null then coalesce(method, '') end as method,
        case when attempt_id is not null then coalesce(route, '') end as route,
        case when attempt_id is not null then coalesce(parameter, '') end as parameter
    from {{ ref('int_evidence__joined') }}
)

select
    *,
    {{ stable_id(['technique', 'run_service', 'tool', 'file', 'rule_id', 'entry_service', 'method', 'route', 'parameter']) }} as seer_id
from seen
