{# Scoring neither loses nor doubles a finding, and gives each one all of its factors. #}
select release_id, finding_id from {{ ref('int_findings__tracked') }}
anti join {{ ref('int_findings__scored') }} using (release_id, finding_id)
union all
select release_id, finding_id from {{ ref('int_risk__finding_factors') }}
group by release_id, finding_id
having count(value) <> (select count(distinct factor) from {{ ref('risk_weights') }})
