"""What became of a plan row: its exchanges, what was seen in them, and why it was not done where it was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engines.contract import Attempt, EngineError, Observation, Record, Skip, Technique
from engines.dynamic.exchange import clean
from engines.dynamic.matchers import Seen
from engines.dynamic.plan import PlanRow
from engines.dynamic.sender import AttemptLog
from engines.identities import LoginFailed
from engines.redact import bounded, printable
from engines.scope import OutOfScope

_MOST_EXCERPT = 500


@dataclass
class Outcome:
    """What became of a plan row. `stopped` is (reason, explanation) where it was not done, or not in full."""

    log: AttemptLog
    seen: list[tuple[str, Seen]] = field(default_factory=list)
    is_complete: bool = False
    is_sound: bool = False
    identity: str | None = None  # where it is not the one that the row was given
    stopped: tuple[str, str] | None = None

    def give_up(self, reason: str, explanation: str) -> None:
        """Take back what was believed to be done: the service was lost meanwhile, or never really answered."""
        self.is_complete = self.is_sound = False
        self.stopped = self.stopped or (reason, explanation)

    def records(self, identity: str | None, secrets: tuple[str, ...]) -> list[Record]:
        """Return the outcome as records: the attempt with its probes and observations, and the skip."""
        row, records = self.log.row, []
        identity = self.identity or identity
        if self.log.exchanges:
            status = "done" if self.is_complete else "aborted"
            records.append(
                Attempt(row.service, row.attempt_id, row.rule_id, row.method, row.route, row.parameter, row.place,
                        identity, row.plan_rank, status, self.is_sound)
            )  # fmt: skip
            records += self.log.probes()
        for name, seen in self.seen:
            excerpt = bounded(printable(clean(seen.excerpt, secrets)), _MOST_EXCERPT)
            explanation = printable(clean(seen.explanation, secrets))
            records.append(
                Observation(row.service, row.attempt_id, row.rule_id, f"dynamic.{name}", explanation, excerpt)
            )
        if self.stopped:
            records.append(skip(row, *self.stopped))
        return records


def skip(row: PlanRow, reason: str, explanation: str) -> Skip:
    """Return the record that this row was not done."""
    return Skip(row.service, Technique.DYNAMIC, "attempt", row.attempt_id, reason, f"{row.subject}: {explanation}")


def carried_out(log: AttemptLog, action: Callable[[Outcome], None]) -> Outcome:
    """Return the outcome of an action; what the gate, a session or the rule itself refuses stops it with a reason."""
    outcome = Outcome(log)
    try:
        action(outcome)
    except OutOfScope as refusal:
        outcome.give_up(refusal.reason, str(refusal))
    except LoginFailed as failure:
        outcome.give_up("no_session", str(failure))
    except EngineError as error:
        outcome.give_up("bad_rule", str(error))
    return outcome
