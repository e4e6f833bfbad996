"""Passive rules: look at a few ordinary answers of a service, attack nothing.

They come last, when it is known which routes show pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engines.contract import Rule
from engines.dynamic.attempt import BASE, SEED
from engines.dynamic.exchange import ANSWERED, Exchange
from engines.dynamic.matchers import Seen, missing_headers
from engines.dynamic.outcome import Outcome, carried_out
from engines.dynamic.plan import PlanRow
from engines.dynamic.sender import AttemptLog, Sender
from engines.dynamic.sweep import Read
from engines.identities import Session

MOST_LOOKS = 5


class Passive:
    """Carries out plan rows of the form `passive`: one attempt a service, over the reads that the plan knows."""

    def __init__(self, sender: Sender, reads: Sequence[Read], health: Mapping[str, str]) -> None:
        self._sender, self._reads, self._health = sender, reads, health
        self._shown: set[str] = set()

    def note(self, exchanges: Iterable[Exchange], route: str) -> None:
        """Remember that a route answered a benign request with a page: that is where looking is worth while."""
        if any(e.role in (BASE, SEED) and e.method == "GET" and _is_page(e) for e in exchanges):
            self._shown.add(route)

    def run(self, row: PlanRow, rule: Rule, session: Session | None) -> Outcome:
        """Return what the service's ordinary answers lack."""
        return carried_out(AttemptLog(row, self._sender), lambda outcome: self._look(outcome, rule, session))

    def _look(self, outcome: Outcome, rule: Rule, session: Session | None) -> None:
        log, wanted = outcome.log, rule.dynamic["passive"]
        most = int(rule.dynamic.get("safety", {}).get("max_requests", MOST_LOOKS))
        for read in self._pages(log.row)[: min(most, MOST_LOOKS)]:
            log.send("look", "", read.build(self._sender.base_urls[read.service]), session)
        is_judged = _is_page if wanted.get("on") == "html" else _is_success
        judged = [e for e in log.exchanges if is_judged(e)]
        outcome.is_complete = True
        if not judged:
            kind = "as HTML " if wanted.get("on") == "html" else ""
            outcome.stopped = ("not_applicable", f"none of {len(log.exchanges)} endpoints answered {kind}with 2xx.")
            return
        outcome.is_sound = True
        seen = [found for e in judged if (found := missing_headers(wanted, e))]
        if seen:
            more = f" ({len(seen)} of {len(judged)} answers looked at lack something.)"
            outcome.seen = [("missing_headers", Seen(seen[0].explanation + more, seen[0].excerpt))]

    def _pages(self, row: PlanRow) -> list[Read]:
        own = [read for read in self._reads if read.service == row.service]
        own.sort(key=lambda read: (read.route not in self._shown, "{" in read.route))  # stable: else in plan order
        paths = [Read(row.service, path, ()) for path in ("/", self._health.get(row.service, "/"))]
        return list({read.route: read for read in (*own, *paths)}.values())


def _is_success(exchange: Exchange) -> bool:
    return exchange.outcome == ANSWERED and 200 <= (exchange.status or 0) < 300


def _is_page(exchange: Exchange) -> bool:
    return _is_success(exchange) and exchange.is_html
