"""Rules without a server: the signals that a rule's sample exchanges give (for linting and for the rule page)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.canary import canary
from engines.dynamic.attempt import SEED, first_round
from engines.dynamic.exchange import Exchange
from engines.dynamic.matchers import judge, missing_headers
from engines.dynamic.templates import numbers, render

_SEED, _URL = "sample", "http://sample.invalid/page"


def signals_of(dynamic: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return the signals (`dynamic.<matcher>`) of a sample: role of a probe → {status, headers, body}.

    `{{canary}}`, `{{seed}}`, `{{value}}` (what the probe sent), `{{n}}` and `{{m}}` in headers and body stand for those
    of the role's own probe. Raises `EngineError` for an unknown placeholder.
    """
    templates = {**first_round(dynamic), SEED: "{{seed}}"}
    exchanges = [_exchange(role, templates.get(role, ""), answer) for role, answer in answers.items()]
    repeated = max([int(m.get("repeat", 2)) for m in dynamic.get("matchers", {}).values()], default=1)
    matchers = dynamic.get("matchers", {})
    found = {name for name, matcher in matchers.items() if judge(matcher, exchanges * repeated, _SEED)}
    passive = dynamic.get("passive")
    if passive and any(missing_headers(passive, exchange) for exchange in exchanges):
        found.add("missing_headers")
    return frozenset(f"dynamic.{name}" for name in found)


def _exchange(role: str, template: str, answer: Mapping[str, Any]) -> Exchange:
    mark = canary("sample", role)
    known = {"seed": _SEED, "canary": mark, **numbers("sample")}
    value = render(template, known)
    known["value"] = value
    headers = {name: render(str(text), known) for name, text in (answer.get("headers") or {}).items()}
    sample = {"role": role, "value": value, "canary": mark, "url": _URL, "headers": headers}
    return Exchange.of_sample(
        {**sample, "status": answer.get("status", 200), "body": render(answer.get("body", ""), known)}
    )
