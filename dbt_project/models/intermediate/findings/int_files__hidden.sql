{# A file may not be read as a whole, or in part, or with the folder that it is in. What did not hide it then does not hide
   it now; a file that is gone hides nothing. #}
with unread as (
    select distinct release_id, service, subject as path, reason
    from {{ ref('stg_landing__skips') }}
    where technique = 'static' and subject_kind = 'file'
),

files as (
    select distinct release_id, file_service, file, string_split(file, '/') as parts
    from {{ ref('int_findings__seers') }}
    where file is not null
),

places as (
    select
        release_id as earlier_release_id, file_service, file,
        unnest(list_transform(range(1, len(parts) + 1), lambda depth: array_to_string(parts[:depth], '/'))) as path
    from files
)

select distinct ancestors.release_id, places.earlier_release_id, places.file_service, places.file
from places
inner join {{ ref('int_releases__ancestors') }} as ancestors on ancestors.ancestor_id = places.earlier_release_id
inner join unread
    on unread.release_id = ancestors.release_id and unread.service = places.file_service and unread.path = places.path
anti join unread as before
    on before.release_id = places.earlier_release_id and before.service = places.file_service
    and before.path = places.path and before.reason = unread.reason
