"""Findings, their fix groups, paths, evidence and attempts."""

from __future__ import annotations

from collections.abc import Mapping

from app.queries.published import Row, one, rows

FINDING_FILTER = """
        where release_id = $release
            and ($service is null or service = $service)
            and ($state is null or state = $state)
            and ($weakness_class is null or weakness_class = $weakness_class)
            and ($tracking is null or tracking = $tracking)
            and ($severity is null or severity = $severity)
            and ($triage is null or triage = $triage)
            and (not $is_open or (state <> 'refuted' and tracking <> 'fixed'))
            and ($reason is null or list_contains(
                (select any_value(finding_ids) from marts.decision_reasons as reason
                where reason.release_id = $release and reason_id = $reason),
                finding_id
            ))
"""


def _finding_filter(filters: Mapping[str, str | bool | None]) -> dict[str, str | bool | None]:
    names = ("service", "state", "weakness_class", "tracking", "severity", "triage", "reason")
    return {name: filters.get(name) for name in names} | {"is_open": bool(filters.get("is_open"))}


def findings(release: str, limit: int, offset: int = 0, **filters: str | bool | None) -> list[Row]:
    """One page of the findings, the riskiest first."""
    return rows(
        "from marts.findings" + FINDING_FILTER + "order by risk_score desc, finding_id limit $limit offset $offset",
        release=release,
        limit=limit,
        offset=offset,
        **_finding_filter(filters),
    )


def finding_count(release: str, **filters: str | bool | None) -> int:
    """How many findings the filters leave."""
    counted = one(
        "select count(*) as findings from marts.findings" + FINDING_FILTER, release=release, **_finding_filter(filters)
    )
    return int(counted["findings"]) if counted else 0


def finding_values(release: str) -> dict[str, list[str]]:
    """The values that each filter of the finding table can take in this release."""
    found = one(
        """
        select
            list_sort(list(distinct service)) as service,
            list_sort(list(distinct state)) as state,
            list_sort(list(distinct weakness_class)) as weakness_class,
            list_sort(list(distinct tracking)) as tracking,
            list_sort(list(distinct severity)) as severity,
            list_sort(list(distinct triage)) as triage
        from marts.findings
        where release_id = $release
        """,
        release=release,
    )
    return {name: values or [] for name, values in (found or {}).items()}


def states(release: str) -> list[Row]:
    """How many findings are in each state."""
    return rows(
        "select state, count(*) as findings from marts.findings where release_id = $release group by state",
        release=release,
    )


def fix_groups(release: str, limit: int, offset: int = 0, **filters: str | bool | None) -> list[Row]:
    """Findings that one fix ends, with the worst of them first; `fix_groups` is the count of all of them."""
    return rows(
        "with kept as (from marts.findings"
        + FINDING_FILTER
        + """)
        select
            coalesce(fix_group_id, finding_id) as fix_group_id,
            any_value(service order by risk_score desc) as service,
            arg_max(finding_id, risk_score) as finding_id,
            arg_max(title, risk_score) as title,
            arg_max(cwe, risk_score) as cwe,
            arg_max(state, risk_score) as state,
            arg_max(severity, risk_score) as severity,
            arg_max(tracking, risk_score) as tracking,
            arg_max(file, risk_score) as file,
            arg_max(line, risk_score) as line,
            arg_max(method, risk_score) as method,
            arg_max(route, risk_score) as route,
            arg_max(function, risk_score) as function,
            arg_max(snippet, risk_score) as snippet,
            arg_max(remediation, risk_score) as remediation,
            arg_max(fix, risk_score) as fix,
            max(risk_score) as risk_score,
            count(*) as findings,
            sum(evidence_count) as evidence_count,
            list_sort(list_distinct(flatten(list(rule_ids)))) as rule_ids,
            count(*) over () as fix_groups
        from kept
        group by coalesce(fix_group_id, finding_id)
        order by risk_score desc, fix_group_id
        limit $limit offset $offset
        """,
        release=release,
        limit=limit,
        offset=offset,
        **_finding_filter(filters),
    )


def fix_group(release: str, fix_group_id: str) -> list[Row]:
    """The findings of one fix group."""
    return rows(
        """
        from marts.findings
        where release_id = $release and coalesce(fix_group_id, finding_id) = $fix_group_id
        order by risk_score desc, finding_id
        """,
        release=release,
        fix_group_id=fix_group_id,
    )


def finding(release: str, finding_id: str) -> Row | None:
    """One finding, by its id or by an alias it had before."""
    return one(
        """
        from marts.findings
        where release_id = $release
            and (finding_id = $finding_id or list_contains(aliases, $finding_id))
        order by finding_id = $finding_id desc
        """,
        release=release,
        finding_id=finding_id,
    )


def lead_path(release: str, finding_id: str) -> list[Row]:
    """The hops of every path of a finding, in order."""
    return rows(
        """
        select hop.*, endpoint.endpoint_id
        from marts.lead_paths as hop
        left join marts.endpoints as endpoint
            on endpoint.release_id = hop.release_id and endpoint.service = hop.entry_service
            and endpoint.method = hop.entry_method and endpoint.route = hop.entry_route
        where hop.release_id = $release and hop.finding_id = $finding_id
        order by path_number, hop
        """,
        release=release,
        finding_id=finding_id,
    )


def evidence(release: str, finding_id: str) -> list[Row]:
    """What every engine says of a finding."""
    return rows(
        """
        from marts.evidence
        where release_id = $release and finding_id = $finding_id
        order by technique, engine, observed_at, evidence_id
        """,
        release=release,
        finding_id=finding_id,
    )


def attempts(release: str, finding_id: str) -> list[Row]:
    """The attempts that tried a finding."""
    return rows(
        "from marts.attempts where release_id = $release and finding_id = $finding_id order by verdict, attempt_id",
        release=release,
        finding_id=finding_id,
    )


def probes(release: str, finding_id: str) -> list[Row]:
    """The requests of the attempts that tried a finding, those of a confirmed attempt first."""
    return rows(
        """
        select probe.*
        from marts.probes as probe
        join marts.attempts as attempt using (release_id, attempt_id)
        where release_id = $release and attempt.finding_id = $finding_id
        order by attempt.verdict <> 'confirmed', attempt_id, probe.ordinal
        limit 200
        """,
        release=release,
        finding_id=finding_id,
    )
