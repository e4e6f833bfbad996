"""What traces show: the map of the system, the flows of an endpoint, functions reached, outside values at sinks."""

from __future__ import annotations

from app.queries.published import Row, one, rows

MOST_FLOWS = 2_000  # rows of one endpoint that a page reads


def map_nodes(release: str) -> list[Row]:
    """Everything on the service map."""
    return rows("from marts.service_map_nodes where release_id = $release order by kind, name", release=release)


def map_links(release: str) -> list[Row]:
    """Every link of the service map, the busiest first."""
    return rows(
        "from marts.service_map_links where release_id = $release order by calls desc, from_id, to_id", release=release
    )


def endpoint(release: str, endpoint_id: str) -> Row | None:
    """One endpoint."""
    return one(
        "from marts.endpoints where release_id = $release and endpoint_id = $endpoint_id",
        release=release,
        endpoint_id=endpoint_id,
    )


def endpoint_flows(release: str, service: str | None = None) -> list[Row]:
    """Every endpoint with how much is behind it: functions, services, sinks, observed or only possible."""
    return rows(
        """
        select
            endpoint_id, any_value(endpoint.service) as service, any_value(method) as method, any_value(route) as route,
            any_value(status) as status, any_value(is_outside) as is_outside, any_value(risk_score) as risk_score,
            any_value(seen_by) as seen_by,
            max(flow.calls) filter (flow.depth = 0) as calls,
            max(flow.depth) as depth,
            count(distinct function_id) filter (flow.kind = 'function' and is_observed) as functions,
            count(distinct function_id) filter (flow.kind = 'function' and not is_observed) as possible_functions,
            coalesce(list_sort(list(distinct flow.service) filter (flow.service <> endpoint.service)), []) as services,
            coalesce(list_sort(list_distinct(flatten(list(sink_targets) filter (flow.kind = 'sink')))), []) as targets
        from marts.endpoints as endpoint
        join marts.flows as flow using (release_id, endpoint_id)
        where release_id = $release and ($service is null or endpoint.service = $service)
        group by endpoint_id
        order by is_outside desc, risk_score desc, service, route, method
        limit 500
        """,
        release=release,
        service=service,
    )


def flows(release: str, endpoint_id: str) -> list[Row]:
    """The flows of one endpoint, the shallow ones first, at most 2,000."""
    return rows(
        """
        from marts.flows
        where release_id = $release and endpoint_id = $endpoint_id
        order by depth, is_observed desc, kind, calls desc, service, symbol, flow_id
        limit $limit
        """,
        release=release,
        endpoint_id=endpoint_id,
        limit=MOST_FLOWS,
    )


def callers(release: str, endpoint_id: str) -> list[Row]:
    """The endpoints of other services whose flows were seen to pass through this one."""
    return rows(
        """
        select caller.endpoint_id, caller.service, caller.method, caller.route, sum(flow.calls)::bigint as calls
        from marts.endpoints as endpoint
        join marts.flows as flow
            on flow.release_id = endpoint.release_id and flow.kind = 'endpoint' and flow.depth > 0
            and flow.service = endpoint.service and flow.symbol = endpoint.method || ' ' || endpoint.route
        join marts.endpoints as caller
            on caller.release_id = flow.release_id and caller.endpoint_id = flow.endpoint_id
        where endpoint.release_id = $release and endpoint.endpoint_id = $endpoint_id
        group by all
        order by calls desc, caller.service, caller.route
        """,
        release=release,
        endpoint_id=endpoint_id,
    )


def outside_values(
    release: str, service: str | None = None, method: str | None = None, route: str | None = None
) -> list[Row]:
    """Outside values seen at sinks: one row a parameter, sink line and way, its shapes counted.

    `service` alone: at sinks of that service; with method and route: of requests that entered at that endpoint.
    """
    return rows(
        """
        select
            service, "function", file, line, sink_kind, seen_as, arrived_by, parameter,
            source_service, source_method, source_route,
            arrived_by in ('earlier_request', 'queue') as is_kept,
            list_sort(list(distinct exerciser)) as exercisers,
            count(distinct shape) as shapes,
            arg_min(value, (exerciser in ('dast', 'fuzz'), value)) as value,
            arg_min(statement, (exerciser in ('dast', 'fuzz'), statement)) as statement,
            sum(hits)::bigint as hits
        from marts.outside_values
        where release_id = $release
            and ($service is null
                or ($route is null and service = $service)
                or (source_service = $service and source_method = $method and source_route = $route)
                or (entry_service = $service and entry_method = $method and entry_route = $route))
        group by all
        order by is_kept desc, seen_as, hits desc, file, line, parameter
        limit 200
        """,
        release=release,
        service=service,
        method=method,
        route=route,
    )


def function_shares(release: str, service: str | None = None) -> list[Row]:
    """How many functions each exerciser reached: of each service, or of each file of one service."""
    return rows(
        """
        from marts.function_shares
        where release_id = $release
            and if($service is null, file = '*', service = $service and file <> '*')
        order by service, file, exerciser
        limit 2500
        """,
        release=release,
        service=service,
    )


def uncovered_functions(release: str, service: str, file: str | None = None) -> list[Row]:
    """Functions that not every exerciser reached, each with its status by exerciser; those nobody reached first."""
    return rows(
        """
        select
            function_id, any_value(qualified_name) as qualified_name, any_value(file) as file,
            any_value(start_line) as line,
            map_from_entries(list({'k': exerciser, 'v': status})) as statuses,
            coalesce(list_distinct(flatten(list(entries))), [])[:5] as entries,
            sum(calls)::bigint as calls,
            bool_or(status = 'reached') as is_reached
        from marts.function_coverage
        where release_id = $release and service = $service and ($file is null or file = $file)
        group by function_id
        order by is_reached, file, line, function_id
        limit 300
        """,
        release=release,
        service=service,
        file=file,
    )


def unmatched_functions(release: str, service: str | None = None) -> list[Row]:
    """Functions that ran and that the inventory does not know."""
    return rows(
        """
        from marts.unmatched_functions
        where release_id = $release and ($service is null or service = $service)
        order by calls desc, service, file, symbol
        limit 200
        """,
        release=release,
        service=service,
    )


def endpoint_findings(release: str, endpoint_id: str) -> list[Row]:
    """Findings in functions on the flows of an endpoint, each with whether that flow was observed."""
    return rows(
        """
        select finding.*, bool_or(flow.is_observed) as is_reach_observed
        from marts.flows as flow
        join marts.functions as known using (release_id, function_id)
        join marts.findings as finding
            on finding.release_id = flow.release_id and finding.service = known.service
            and finding.file = known.file and finding."function" = known.qualified_name
        where flow.release_id = $release and flow.endpoint_id = $endpoint_id and finding.tracking <> 'fixed'
        group by all
        order by finding.risk_score desc, finding.finding_id
        limit 100
        """,
        release=release,
        endpoint_id=endpoint_id,
    )
