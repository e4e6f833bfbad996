"""The decision of a release, its reasons and what changed."""

from __future__ import annotations

from app.queries.published import Row, rows


def releases() -> list[Row]:
    """Every release, the newest assessment first."""
    return rows("from marts.releases order by assessed_at desc, release_id desc")


def reasons(release: str) -> list[Row]:
    """The reasons of the decision, blocking ones first, each with the state of its finding or its manual test."""
    return rows(
        """
        select reason.*, finding.state, test.trigger, test.status as test_status
        from marts.decision_reasons as reason
        left join marts.findings as finding
            on reason.subject_kind = 'finding'
            and finding.finding_id = reason.subject_id
            and finding.release_id = reason.release_id
        left join marts.manual_tests as test
            on reason.subject_kind = 'manual_test'
            and test.trigger_id = reason.subject_id
            and test.release_id = reason.release_id
        where reason.release_id = $release
        order by
            reason.kind = 'override' desc,
            list_position(['block', 'test_by_hand', 'could_not_assess', 'note'], reason.outcome),
            reason.reason_rank,
            reason.reason_id
        """,
        release=release,
    )


def changes(release: str, limit: int) -> list[Row]:
    """What changed against the previous release."""
    return rows(
        """
        from marts.release_changes where release_id = $release
        order by subject_kind, service, change, subject limit $limit
        """,
        release=release,
        limit=limit,
    )


def change_totals(release: str) -> list[Row]:
    """How many subjects of each kind changed in each service, and how."""
    return rows(
        """
        select subject_kind, service, change, count(*) as changes
        from marts.release_changes where release_id = $release
        group by all order by subject_kind, service, change
        """,
        release=release,
    )


def engine_status(release: str) -> list[Row]:
    """What every expected engine did for every service."""
    return rows(
        "from marts.engine_status where release_id = $release order by technique, service, engine", release=release
    )


def risk_factors(release: str, subject_kind: str, subject_id: str) -> list[Row]:
    """The factors of one score, the heaviest first."""
    return rows(
        """
        from marts.risk_factors
        where release_id = $release and subject_kind = $subject_kind and subject_id = $subject_id
        order by value desc, factor
        """,
        release=release,
        subject_kind=subject_kind,
        subject_id=subject_id,
    )
