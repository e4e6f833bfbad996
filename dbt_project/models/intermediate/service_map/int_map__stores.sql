{# Sinks of a service go to the one datastore of that kind that it declares; to one of its own where it declares none, or several. #}
with touched as (
    select distinct release_id, service, store_kind from {{ ref('int_map__touched') }} where node_kind = 'datastore'
),

declared as (
    select release_id, service, store_kind, min(name) as name
    from {{ ref('int_datastores') }}
    group by all
    having count(*) = 1
)

select
    touched.release_id, touched.service, touched.store_kind,
    coalesce(declared.name, case touched.store_kind
        when 'sql' then 'database of ' when 'file' then 'files of ' else touched.store_kind || ' of '
    end || touched.service) as name
from touched
left join declared using (release_id, service, store_kind)
