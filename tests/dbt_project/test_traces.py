"""What traces tell of the library: flows of an endpoint, the map, who reached which functions, values at sinks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.warehouse import reading
from tests.dbt_project.scenario import NEW, OLD


def rows(warehouse: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with reading(warehouse) as connection:
        return connection.execute(sql, list(values)).fetchall()


def flows(warehouse: Path, release: str, service: str, route: str) -> list[tuple[Any, ...]]:
    return rows(
        warehouse,
        """select flows.depth, flows.kind, flows.service, flows.symbol, flows.sink_targets, flows.is_observed,
            flows.exercisers, flows.calls
        from marts.flows join marts.endpoints using (release_id, endpoint_id)
        where release_id = ? and endpoints.service = ? and endpoints.route = ?
        order by flows.depth, flows.sink_targets""",
        release,
        service,
        route,
    )


def test_the_flows_of_an_endpoint_go_through_the_next_service_to_the_tables(library: Path) -> None:
    who = ["dast", "qa"]
    assert flows(library, NEW, "web", "/loans/{id}") == [
        (0, "endpoint", "web", "GET /loans/{id}", [], True, who, 7),
        (1, "function", "web", "show_loan", [], True, who, 7),
        (2, "function", "web", "fetch_loan", [], True, who, 7),
        (3, "endpoint", "ledger", "GET /loans/{id}", [], True, who, 7),
        (4, "function", "ledger", "read_loan", [], True, who, 7),
        (5, "function", "ledger", "load_loan", [], True, who, 7),
        (6, "sink", "ledger", "sql", ["table:audit", "table:loans"], True, who, 8),
    ]


def test_the_endpoint_of_the_next_service_tells_the_same_from_there_on(library: Path) -> None:
    told = flows(library, NEW, "ledger", "/loans/{id}")
    assert [line[0] for line in told] == [0, 1, 2, 3]
    assert [line[1:] for line in told] == [line[1:] for line in flows(library, NEW, "web", "/loans/{id}")[3:]]


def test_where_nobody_went_the_call_graph_says_what_is_possible(library: Path) -> None:
    assert flows(library, NEW, "ledger", "/purge") == [
        (0, "endpoint", "ledger", "POST /purge", [], False, [], 0),
        (1, "function", "ledger", "purge", [], False, [], 0),
    ]


def test_the_map_shows_who_reached_what_and_since_when(library: Path) -> None:
    told = rows(
        library,
        """select from_id, to_id, status, accesses, targets, exercisers, calls, first_release_id
        from marts.service_map_links where release_id = ? order by from_id, to_id""",
        NEW,
    )
    assert told == [
        ("outside:internet", "service:web", "observed", ["call"], [], ["qa"], 6, OLD),
        ("service:ledger", "datastore:database of ledger", "observed", ["read", "write"],
         ["table:audit", "table:loans"], ["dast", "qa"], 8, OLD),
        ("service:web", "service:ledger", "observed", ["call"], [], ["qa"], 5, OLD),
    ]  # fmt: skip


def test_a_service_that_was_never_deployed_is_on_the_map_as_not_seen(library: Path) -> None:
    told = rows(
        library, "select name, status from marts.service_map_nodes where release_id = ? and kind = 'service'", NEW
    )
    assert sorted(told) == [("attic", "not_seen"), ("ledger", "traced"), ("web", "traced")]


def test_a_function_is_reached_by_each_exerciser_or_not_or_unknown(library: Path) -> None:
    told = rows(
        library,
        """select qualified_name, exerciser, status, limited_by, calls, entries from marts.function_coverage
        where release_id = ? and qualified_name in ('load_loan', 'make_label', 'purge', 'find') order by all""",
        NEW,
    )
    by = {(name, who): rest for name, who, *rest in told}
    assert by["load_loan", "qa"] == ["reached", None, 5, ["GET web /loans/{id}"]]
    assert by["load_loan", "dast"] == ["reached", None, 2, ["GET web /loans/{id}"]]
    assert by["make_label", "qa"] == ["unreached", None, 0, []]
    assert by["make_label", "dast"] == ["reached", None, 1, ["GET ledger /labels/{name}"]]
    assert by["purge", "qa"] == by["purge", "dast"] == ["unreached", None, 0, []]
    assert by["purge", "fuzz"] == ["unknown", "no_traffic", 0, []]
    assert by["find", "qa"] == ["unknown", "not_traced", 0, []]


def test_shares_of_a_service_are_those_of_its_files(library: Path) -> None:
    assert rows(
        library,
        """select service, exerciser from marts.function_shares where release_id = ?
        group by service, exerciser
        having sum(functions) filter (file = '*') <> sum(functions) filter (file <> '*')
            or sum(reached) filter (file = '*') <> sum(reached) filter (file <> '*')""",
        NEW,
    ) == []  # fmt: skip
    assert rows(
        library,
        """select exerciser, functions, reached, unreached, unknown from marts.function_shares
        where release_id = ? and service = 'ledger' and file = '*' order by exerciser""",
        NEW,
    ) == [("any", 5, 4, 1, 0), ("dast", 5, 4, 1, 0), ("fuzz", 5, 0, 0, 5), ("import", 5, 0, 0, 5), ("qa", 5, 2, 3, 0)]


def test_outside_values_say_where_they_came_from_and_where_they_arrived(library: Path) -> None:
    told = rows(
        library,
        """select seen_as, arrived_by, parameter, source_service, source_route, service, "function", line, sink_kind,
            exerciser, sum(hits) from marts.outside_values where release_id = ? group by all order by all""",
        NEW,
    )
    loans = ("same_request", "id", "web", "/loans/{id}", "ledger", "load_loan", 29, "sql")
    labels = ("same_request", "name", "ledger", "/labels/{name}", "ledger", "make_label", 12, "exec")
    assert told == [
        ("canary", *loans, "dast", 2),
        ("canary", *labels, "dast", 2),
        ("literal", *loans, "qa", 1),
    ]
