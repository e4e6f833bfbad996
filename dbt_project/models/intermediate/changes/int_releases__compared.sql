{# The previous release; and one further back where findings of it still wait to be looked for again. #}
select release_id, service, previous_release_id as earlier_release_id
from {{ ref('int_releases__paired') }}
where previous_release_id is not null
union
select release_id, service, earlier_release_id
from {{ ref('int_findings__earlier') }}
where distance > 1
