"""Rules, runs, checks and whatever was refused or skipped."""

from __future__ import annotations

from app.queries.published import Row, rows


def rules(weakness_class: str | None = None, part: str | None = None) -> list[Row]:
    """The rules as they were landed."""
    return rows(
        """
        from marts.rules
        where ($weakness_class is null or weakness_class = $weakness_class)
            and ($part is null or list_contains(parts, $part))
        order by weakness_class, rule_id
        """,
        weakness_class=weakness_class,
        part=part,
    )


def runs(release: str) -> list[Row]:
    """Every engine run, the newest first."""
    return rows("from marts.runs where release_id = $release order by started_at desc, run_id", release=release)


def skips(release: str, service: str | None = None, technique: str | None = None) -> list[Row]:
    """What was not done, and why, folded by reason."""
    return rows(
        """
        select service, technique, subject_kind, reason, any_value(explanation) as explanation,
            min(subject) as subject, count(*) as skipped
        from marts.skips
        where release_id = $release
            and ($service is null or service = $service)
            and ($technique is null or technique = $technique)
        group by service, technique, subject_kind, reason
        order by skipped desc, service, technique
        limit 500
        """,
        release=release,
        service=service,
        technique=technique,
    )


def quarantine(release: str) -> list[Row]:
    """Records that were refused on the way in."""
    return rows(
        "from marts.quarantine where release_id = $release order by observed_at desc limit 200", release=release
    )


def checks(release: str) -> list[Row]:
    """Data-quality checks, the broken ones first."""
    return rows(
        "from marts.checks where release_id = $release order by is_met, table_name, column_name limit 500",
        release=release,
    )


def trace_summary(release: str) -> list[Row]:
    """How much was recorded of each service, by who exercised it."""
    return rows("from marts.trace_summary where release_id = $release order by service, exerciser", release=release)


def test_results(release: str) -> list[Row]:
    """The verdicts of the QA tests, the failed ones first."""
    return rows(
        """
        from marts.test_results
        where release_id = $release
        order by list_position(['failed', 'error', 'skipped', 'passed'], outcome), suite, name
        limit 500
        """,
        release=release,
    )


def scores(release: str) -> list[Row]:
    """How each engine and the correlation did against what is known to be true."""
    return rows("from marts.scores where release_id = $release order by scope", release=release)


def decision_log(release: str) -> list[Row]:
    """What people decided, the newest first."""
    return rows("from marts.decision_log where release_id = $release order by decided_at desc", release=release)
