"""Passive rules: look at a few ordinary answers of a service, attack nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engines.contract import Rule
from engines.dynamic.attempt import Outcome
from engines.dynamic.build import request
from engines.dynamic.exchange import ANSWERED
from engines.dynamic.matchers import Seen, missing_headers
from engines.dynamic.plan import PlanRow
from engines.dynamic.sender import AttemptLog, Sender
from engines.dynamic.sweep import Read
from engines.identities import LoginFailed, Session
from engines.scope import OutOfScope

MOST_LOOKS = 4


class Passive:
    """Carries out plan rows of the form `passive`: one attempt a service, over the reads that the plan knows."""

    def __init__(self, sender: Sender, reads: Sequence[Read], health: Mapping[str, str]) -> None:
        self._sender, self._reads, self._health = sender, reads, health

    def run(self, row: PlanRow, rule: Rule, session: Session | None) -> Outcome:
        """Return what the service's ordinary answers lack."""
        outcome = Outcome(AttemptLog(row, self._sender))
        try:
            self._look(outcome, rule, session)
        except OutOfScope as refusal:
            outcome.stopped = (refusal.reason, str(refusal))
        except LoginFailed as failure:
            outcome.stopped = ("no_session", str(failure))
        return outcome

    def _look(self, outcome: Outcome, rule: Rule, session: Session | None) -> None:
        log, wanted = outcome.log, rule.dynamic["passive"]
        for read in self._pages(log.row):
            base_url = self._sender.base_urls[read.service]

            def build(http, headers, read=read, base_url=base_url):
                return request(http, "GET", base_url, read.route, read.parameters, headers)

            # The name of the role says that this is no attack; each look has its own trace by its ordinal.
            log.send("look", "", build, session)
        judged = [e for e in log.exchanges if e.outcome == ANSWERED and 200 <= (e.status or 0) < 300]
        if wanted.get("on") == "html":
            judged = [e for e in judged if e.is_html]
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
        own.sort(key=lambda read: "{" in read.route)  # stable: simple routes first, each in plan order
        paths = [Read(row.service, path, ()) for path in ("/", self._health.get(row.service, "/"))]
        return list({read.route: read for read in (*own[:MOST_LOOKS], *paths)}.values())[: MOST_LOOKS + 1]
