{# A consumer goes on where its message was published: what stands below it arrived there through the queue. #}
with consumers as (
    select distinct release_id, entry_service, path_id as ancestor_path_id
    from {{ ref('int_paths') }}
    where kind = 'endpoint' and method = 'CONSUME'
)

select distinct ancestors.release_id, ancestors.entry_service, ancestors.path_id
from {{ ref('int_paths__ancestors') }} as ancestors
inner join consumers using (release_id, entry_service, ancestor_path_id)
