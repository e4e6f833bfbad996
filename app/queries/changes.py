"""What a release changed against its predecessor: functions, endpoints, parameters, and the findings on them."""

from __future__ import annotations

from app.queries.published import Row, one, rows

CHANGED = """
        where release_id = $release
            and ($service is null or service = $service)
            and ($change is null or change = $change)
"""


def endpoint_changes(release: str, limit: int, service: str | None = None, change: str | None = None) -> list[Row]:
    """Endpoints that are new, removed or not what they were, the riskiest first."""
    return rows(
        f"""
        from marts.endpoint_changes {CHANGED}
        order by risk_score desc nulls last, service, route, method limit $limit
        """,
        release=release,
        limit=limit,
        service=service,
        change=change,
    )


def parameter_changes(release: str, limit: int, service: str | None = None, change: str | None = None) -> list[Row]:
    """Parameters that endpoints of both releases gained or lost, or now take in another way."""
    return rows(
        f"from marts.parameter_changes {CHANGED} order by service, route, method, place, name, change limit $limit",
        release=release,
        limit=limit,
        service=service,
        change=change,
    )


def function_changes(
    release: str, limit: int, offset: int = 0, service: str | None = None, change: str | None = None
) -> list[Row]:
    """One page of the changed functions, those with findings first."""
    return rows(
        f"""
        from marts.function_changes {CHANGED}
        order by findings desc, endpoints desc, service, file, line limit $limit offset $offset
        """,
        release=release,
        service=service,
        change=change,
        limit=limit,
        offset=offset,
    )


def function_change_count(release: str, service: str | None = None, change: str | None = None) -> int:
    """How many changed functions the filters leave."""
    counted = one(
        f"select count(*) as functions from marts.function_changes {CHANGED}",
        release=release,
        service=service,
        change=change,
    )
    return int(counted["functions"]) if counted else 0


def findings_on_changes(release: str, limit: int, service: str | None = None, change: str | None = None) -> list[Row]:
    """The findings that changed functions hold, each with what became of its function, the riskiest first."""
    return rows(
        f"""
        with changed as (
            select function_id, change, qualified_name, unnest(finding_ids) as finding_id
            from marts.function_changes {CHANGED}
        )
        select findings.*, changed.change as function_change, changed.qualified_name
        from changed
        join marts.findings as findings on findings.release_id = $release and findings.finding_id = changed.finding_id
        order by findings.risk_score desc, findings.finding_id limit $limit
        """,
        release=release,
        service=service,
        change=change,
        limit=limit,
    )
