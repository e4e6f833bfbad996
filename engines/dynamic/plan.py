"""What the prober is to try: one row of the probe plan is one rule at one parameter of one endpoint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlanRow:
    """One row of the mart `probe_plan`. Method, route, parameter and place are empty for passive rules.

    The `request_parameters` of a passive row name the service's harmless reads: (GET route, `route`, "").
    """

    attempt_id: str
    service: str
    method: str
    route: str  # template, parameters as {name}
    parameter: str
    place: str  # query | path | json | form | header | cookie
    rule_id: str
    seed: str  # a value that the parameter takes in ordinary traffic
    request_parameters: tuple[tuple[str, str, str], ...] = ()  # (name, place, example) of the endpoint's parameters
    identity: str | None = None  # None: the first that is declared, if any
    plan_rank: int = 0
    is_allowed: bool = True
    refusal: str | None = None  # why not allowed

    def __post_init__(self) -> None:
        """Read what the plan leaves out as empty."""
        for name in ("method", "route", "parameter", "place", "seed"):
            object.__setattr__(self, name, getattr(self, name) or "")
        parameters = tuple((name, place, example or "") for name, place, example in self.request_parameters)
        object.__setattr__(self, "request_parameters", parameters)

    @property
    def subject(self) -> str:
        """The row in words: `sql-injection.x at GET orders /orders/{id}, path id`."""
        at = f"{self.method} {self.service} {self.route}" if self.route else self.service
        return f"{self.rule_id} at {at}" + (f", {self.place} {self.parameter}" if self.parameter else "")
