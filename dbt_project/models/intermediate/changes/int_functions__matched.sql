select * from {{ ref('int_functions__same') }}
union all by name
select * from {{ ref('int_functions__similar') }}
