"""After a value may have been stored: look where it comes out, in reads that the plan knows to be harmless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engines.dynamic.build import Parameter, filled, path_parameters, request
from engines.dynamic.plan import PlanRow
from engines.dynamic.sender import AttemptLog, Build, Sender
from engines.identities import Session


@dataclass(frozen=True)
class Read:
    """A GET whose parameters are all known."""

    service: str
    route: str
    parameters: tuple[Parameter, ...]

    def build(self, base_url: str) -> Build:
        """Return what makes the request, given a client and headers."""
        return lambda http, headers: request(http, "GET", base_url, self.route, self.parameters, headers)


class Sweep:
    """Reads of the plan, a few after each attempt: the routes nearest to it always, the others in turn.

    What was stored stays, so that a read after a later attempt still shows it: in turn all of them are looked at.
    """

    MOST = 5  # reads after one attempt
    NEAREST = 2  # of these, routes that share the beginning of the attempt's own

    def __init__(self, plan: Iterable[PlanRow], sender: Sender) -> None:
        self._sender = sender
        self.reads = known_reads(plan)
        self._times: Counter[Read] = Counter()  # attempts that change data are alone, so that no lock is needed

    def after(self, log: AttemptLog, session: Session | None) -> None:
        """Send the reads that may show what this attempt stored."""
        for read in self._chosen(log.row):
            log.send("sweep", "", read.build(self._sender.base_urls[read.service]), session, read.service)

    def _chosen(self, row: PlanRow) -> list[Read]:
        allowed = [read for read in self.reads if self._may_be_sent(read)]
        own = [read for read in allowed if read.service == row.service and _shared(read.route, row.route)]
        own.sort(key=lambda read: -_shared(read.route, row.route))  # stable: else in plan order
        nearest = own[: self.NEAREST]
        others = [read for read in allowed if read not in nearest]
        others.sort(key=lambda read: (self._times[read], read.service != row.service, bool(read.parameters)))
        chosen = [*nearest, *others][: self.MOST]
        self._times.update(chosen)
        return chosen

    def _may_be_sent(self, read: Read) -> bool:
        path = filled(read.route, {name: value for name, place, value in read.parameters if place == "path"})
        is_denied = self._sender.scope.is_denied("GET", read.service, path)
        return read.service in self._sender.base_urls and not is_denied


def known_reads(plan: Iterable[PlanRow]) -> tuple[Read, ...]:
    """Return the GET endpoints of the plan of which no row is forbidden and every path parameter has an example.

    Those without any parameter are named by the passive rows.
    """
    rows: dict[tuple[str, str], list[PlanRow]] = {}
    named: dict[tuple[str, str], None] = {}
    for row in sorted(plan, key=lambda r: (r.plan_rank, r.attempt_id)):
        if row.method == "GET" and row.route:
            rows.setdefault((row.service, row.route), []).append(row)
        elif not row.route:
            named |= {(row.service, name): None for name, place, _ in row.request_parameters if place == "route"}
    reads = [Read(service, route, ()) for service, route in named if (service, route) not in rows and "{" not in route]
    for (service, route), same in rows.items():
        parameters = _parameters(same)
        known = {name for name, place, value in parameters if place == "path" and value}
        if all(row.is_allowed for row in same) and known >= set(path_parameters(route)):
            reads.append(Read(service, route, parameters))
    return tuple(reads)


def _parameters(rows: Sequence[PlanRow]) -> tuple[Parameter, ...]:
    """Return the parameters with values seen in ordinary traffic; those nobody saw are left out."""
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        for name, place, example in (*row.request_parameters, (row.parameter, row.place, row.seed)):
            if name and example and place != "cookie":
                found.setdefault((name, place), example)
    return tuple((name, place, value) for (name, place), value in found.items())


def _shared(one: str, other: str) -> int:
    """Return how many leading path segments two routes share."""
    count = 0
    for a, b in zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count
