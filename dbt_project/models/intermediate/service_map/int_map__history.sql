{# The first and the last release, up to this one, in which traffic took a link. #}
with releases as (
    select release_id, release_id as seen_id, 0 as distance from {{ ref('int_releases') }}
    union all by name
    select release_id, ancestor_id as seen_id, distance from {{ ref('int_releases__ancestors') }}
),

links as (
    select release_id as seen_id, from_kind, from_name, to_kind, to_name from {{ ref('int_map__now') }} where is_observed
)

select
    releases.release_id, links.from_kind, links.from_name, links.to_kind, links.to_name,
    arg_max(seen_id, releases.distance) as first_release_id,
    arg_min(seen_id, releases.distance) as last_release_id,
    min(releases.distance) as releases_ago
from links
inner join releases using (seen_id)
group by releases.release_id, links.from_kind, links.from_name, links.to_kind, links.to_name
