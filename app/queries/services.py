"""Services, endpoints, coverage and the manual tests."""

from __future__ import annotations

from app.queries.published import Row, rows


def services(release: str) -> list[Row]:
    """Every service that takes part, the riskiest first."""
    return rows("from marts.services where release_id = $release order by risk_score desc, service", release=release)


def service_history(service: str) -> list[Row]:
    """The risk of a service over the releases."""
    return rows(
        """
        select release_id, assessed_at, service.version, service.risk_score, service.uncertainty, service.findings
        from marts.services as service
        join marts.releases using (release_id)
        where service.service = $service
        order by assessed_at
        """,
        service=service,
    )


def endpoints(release: str, service: str | None = None) -> list[Row]:
    """Endpoints, the riskiest first."""
    return rows(
        """
        from marts.endpoints
        where release_id = $release and ($service is null or service = $service)
        order by risk_score desc, service, route, method
        limit 500
        """,
        release=release,
        service=service,
    )


def coverage_matrix(release: str) -> list[Row]:
    """How many subjects of each service have each status, by technique and kind of subject."""
    return rows(
        """
        select service, technique, subject_kind, status, count(*) as subjects, any_value(reason) as reason
        from marts.coverage
        where release_id = $release
        group by all
        order by all
        """,
        release=release,
    )


def coverage(release: str, service: str | None, technique: str | None, status: str | None) -> list[Row]:
    """The subjects that are behind the matrix."""
    return rows(
        """
        from marts.coverage
        where release_id = $release
            and ($service is null or service = $service)
            and ($technique is null or technique = $technique)
            and ($status is null or status = $status)
        order by service, technique, subject_kind, subject
        limit 500
        """,
        release=release,
        service=service,
        technique=technique,
        status=status,
    )


def technique_status(release: str, service: str) -> dict[str, Row]:
    """What became of each technique on a service, by its coarsest subject: technique → `status, reason`."""
    found = rows(
        """
        select technique, status, any_value(reason) as reason
        from marts.coverage
        where release_id = $release and service in ($service, '*')
        group by technique, status, subject_kind
        qualify row_number() over (
            partition by technique
            order by list_position(['service', 'endpoint', 'parameter_class', 'function'], subject_kind), count(*) desc
        ) = 1
        """,
        release=release,
        service=service,
    )
    return {row["technique"]: row for row in found}


def gaps(release: str, service: str | None = None, gap: str | None = None) -> list[Row]:
    """Coverage gaps, the riskiest first."""
    return rows(
        """
        select gap.*, endpoint.endpoint_id
        from marts.coverage_gaps as gap
        left join marts.endpoints as endpoint
            on endpoint.release_id = gap.release_id and endpoint.service = gap.entry_service
            and endpoint.method = gap.method and endpoint.route = gap.route
        where gap.release_id = $release
            and ($service is null or gap.service = $service)
            and ($gap is null or gap.gap = $gap)
        order by gap.risk_score desc, gap.gap, gap.service, gap.gap_id
        limit 500
        """,
        release=release,
        service=service,
        gap=gap,
    )


def follow_ups(release: str, finding_id: str) -> list[Row]:
    """The gaps and the manual tests that a finding gave rise to: `page, subject_id, kind, title, detail`."""
    return rows(
        """
        select 'coverage' as page, gap_id as subject_id, gap as kind, title, detail
        from marts.coverage_gaps
        where release_id = $release and finding_id = $finding_id
        union all by name
        select 'manual_testing' as page, trigger_id as subject_id, trigger as kind, subject as title, figures as detail
        from marts.manual_tests
        where release_id = $release and finding_id = $finding_id
        order by page, subject_id
        """,
        release=release,
        finding_id=finding_id,
    )


def manual_tests(release: str, service: str | None = None, status: str | None = None) -> list[Row]:
    """What a person should test, in the order of the queue."""
    return rows(
        """
        from marts.manual_tests
        where release_id = $release
            and ($service is null or service = $service)
            and ($status is null or status = $status)
        order by queue_rank, trigger_id
        limit 500
        """,
        release=release,
        service=service,
        status=status,
    )
