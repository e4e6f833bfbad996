{# The log is append-only and every entry lands once, so entries of all complete runs count, whatever release they landed in. #}
with source as (
    select * from {{ source('raw', 'decision_log') }}
),

final as (
    select
        run_id,
        release_id,
        assessment,
        engine,
        engine_version,
        observed_at,
        service,
        entry_id,
        subject_kind,
        subject_id,
        weakness_class,
        file,
        "function",
        method,
        route,
        "trigger",
        action,
        author,
        reason,
        decided_at,
        expires_at,
        decided_in_release
    from source
    qualify row_number() over (partition by entry_id order by observed_at, run_id) = 1
)

select * from final
