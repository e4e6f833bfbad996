{# A sign-off holds for the release it was made in: by the trigger's id, or by service, trigger and endpoint. The newest one counts. #}
with triggers as (
    select * from {{ ref('int_triggers__all') }}
),

releases as (
    select release_id, release_name, assessed_at from {{ ref('int_releases') }}
),

signatures as (
    select * from {{ ref('stg_manual__decision_log') }} where subject_kind = 'manual_test'
),

signed as (
    select
        triggers.release_id, triggers.trigger_id, signatures.entry_id, signatures.action, signatures.author, signatures.reason
    from triggers
    join releases using (release_id)
    join signatures
        on coalesce(signatures.decided_in_release, signatures.release_id) in (releases.release_id, releases.release_name)
        and (
            signatures.subject_id = triggers.trigger_id
            or (
                signatures.subject_id is null
                and signatures.trigger = triggers.trigger
                and signatures.service = triggers.service
                and coalesce(signatures.method, '') = triggers.method
                and coalesce(signatures.route, '') = triggers.route
            )
        )
    where signatures.expires_at is null or signatures.expires_at > releases.assessed_at
    qualify row_number() over (
        partition by triggers.release_id, triggers.trigger_id order by signatures.decided_at desc, signatures.entry_id
    ) = 1
),

final as (
    select
        triggers.*,
        case when signed.action in ('passed', 'flaw_found', 'waived') then signed.action else 'open' end as status,
        signed.author as signed_by,
        signed.reason as signed_reason,
        signed.entry_id as signed_entry_id
    from triggers
    left join signed using (release_id, trigger_id)
)

select * from final
