"""Matchers: small pure functions over the exchanges of one attempt. Each returns what it saw, or None.

regex      {on: quote, regex: "…", not_in: base}              in the body or a header, and not in the control
boolean    {same: [seed, "true"], differ: [seed, "false"]}    alike and different answers, in every repetition
reflected  {on: markup, context: html}                        the value became part of the document's structure
location   {on: attack, header_host: "{{canary}}.invalid"}    a browser would go to this host
status     {on: quote, status: [500], not_in: base}           an answer's status, and not the control's
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from engines.contract import EngineError
from engines.dynamic.compare import alike, noise_of
from engines.dynamic.exchange import ANSWERED, Exchange
from engines.dynamic.markup import after_refresh, browser_host, new_element, refresh_target
from engines.dynamic.templates import render

SWEEP = "sweep"


@dataclass(frozen=True)
class Seen:
    """What a matcher saw: one sentence, and the piece of the answer that shows it."""

    explanation: str
    excerpt: str


def judge(matcher: Mapping[str, Any], exchanges: Sequence[Exchange], seed: str = "") -> Seen | None:
    """Return what the matcher sees in the exchanges of an attempt, None when it is not satisfied."""
    by_role: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in exchanges:
        by_role[exchange.role].append(exchange)
    if "same" in matcher or "differ" in matcher:
        return boolean(matcher, by_role, seed)
    if "header_host" in matcher:
        return _first(location(matcher, attack, seed) for attack in by_role[matcher["on"]])
    if "context" in matcher:
        attacks, swept = by_role[matcher["on"]], by_role[SWEEP]
        direct = _first(reflected(attack, attack) for attack in attacks)
        return direct or _first(reflected(attack, answer) for attack in attacks for answer in swept)
    controls = by_role[matcher["not_in"]] if "not_in" in matcher else ()
    judged = signature if "regex" in matcher else status
    return _first(judged(matcher, attack, controls) for attack in by_role[matcher["on"]])


def signature(matcher: Mapping[str, Any], attack: Exchange, controls: Iterable[Exchange]) -> Seen | None:
    """Return the text that the regular expression (RE2) finds in the attack's answer and in none of the controls'."""
    pattern = _compiled(matcher["regex"])
    found = pattern.search(_searched(matcher, attack)) if attack.outcome == ANSWERED else None
    if not found or any(pattern.search(_searched(matcher, control)) for control in controls):
        return None
    text = found.group(0)
    return Seen(f"The answer to {attack.role} holds a signature that its control lacks.", text)


def status(matcher: Mapping[str, Any], attack: Exchange, controls: Iterable[Exchange]) -> Seen | None:
    """Return the status of the attack when it is one of those looked for and no control has it."""
    wanted = matcher["status"] if isinstance(matcher["status"], list | tuple) else [matcher["status"]]
    if attack.status not in wanted or any(control.status in wanted for control in controls):
        return None
    return Seen(f"{attack.role} was answered with {attack.status}, its control was not.", f"status {attack.status}")


def boolean(matcher: Mapping[str, Any], by_role: Mapping[str, Sequence[Exchange]], seed: str = "") -> Seen | None:
    """Compare answers: `same` roles alike, each `differ` pair different, in every one of `repeat` repetitions."""
    same, differ = list(matcher.get("same", ())), list(matcher.get("differ", ()))
    repeat = int(matcher.get("repeat", 2))
    answers = {role: list(by_role.get(role, ()))[:repeat] for role in (*same, *differ)}
    if any(len(found) < repeat or any(e.outcome != ANSWERED for e in found) for found in answers.values()):
        return None
    noise = frozenset().union(*(noise_of(found, seed) for found in answers.values()))
    steady = all(alike(found, noise, seed) for found in answers.values())
    if not steady or not alike([e for role in same for e in answers[role]], noise, seed):
        return None
    first, *others = differ
    if any(alike([answers[first][i], answers[other][i]], noise, seed) for other in others for i in range(repeat)):
        return None
    sizes = ", ".join(f"{role}: {answers[role][0].status}, {answers[role][0].size} bytes" for role in answers)
    return Seen(f"{' and '.join(same)} were answered alike, {' and '.join(differ)} differently, {repeat} times.", sizes)


def reflected(attack: Exchange, answer: Exchange) -> Seen | None:
    """Return the element or attribute that the attack's value became in an HTML answer (its own, or a later one)."""
    is_shown = answer.outcome == ANSWERED and answer.is_html and not 300 <= (answer.status or 0) < 400
    added = new_element(answer.body, attack.value, attack.canary) if is_shown else None
    if not added:
        return None
    at = max(answer.body.lower().find(attack.canary) - 60, 0)
    where = "the answer" if answer is attack else f"a later answer of {answer.method} {answer.url}"
    return Seen(f"The value of {attack.role} became {added} in {where}.", answer.body[at : at + 300])


def location(matcher: Mapping[str, Any], attack: Exchange, seed: str = "") -> Seen | None:
    """Return where a browser would be sent when that is the attack's host: Location, Refresh or meta refresh."""
    wanted = render(matcher["header_host"], {"canary": attack.canary, "seed": seed}).lower()
    targets: list[tuple[str, str | None]] = []
    if 300 <= (attack.status or 0) < 400:
        targets.append(("Location", attack.header("location")))
    refresh = attack.header("refresh")
    targets.append(("Refresh", after_refresh(refresh) if refresh else None))
    targets.append(("meta refresh", refresh_target(attack.body) if attack.is_html else None))
    for name, target in targets:
        host = browser_host(target, attack.url) if target else None
        if host and (host == wanted or host.endswith("." + wanted)):
            return Seen(f"A browser is sent to {host} by {name}.", f"{name}: {target}")
    return None


def missing_headers(passive: Mapping[str, Any], exchange: Exchange) -> Seen | None:
    """Return the headers of `missing_headers` that an answer lacks; `on: html` looks at HTML answers only."""
    if exchange.outcome != ANSWERED or (passive.get("on", "any") == "html" and not exchange.is_html):
        return None
    missing = [name.lower() for name in passive["missing_headers"] if not _is_set(name.lower(), exchange)]
    if not missing:
        return None
    return Seen(f"{exchange.method} {exchange.url} answers without {', '.join(missing)}.", ", ".join(missing))


@cache
def _compiled(expression: str) -> Any:
    try:
        return re2.compile(expression)
    except re2.error as error:
        raise EngineError(f"The expression {expression!r} does not run on RE2: {error}.") from error


def _is_set(name: str, exchange: Exchange) -> bool:
    policy = (exchange.header("content-security-policy") or "").lower()
    if name == "x-frame-options" and "frame-ancestors" in policy:  # the newer way to say the same
        return True
    return exchange.header(name) is not None


def _searched(matcher: Mapping[str, Any], exchange: Exchange) -> str:
    if "header" in matcher:
        return "\n".join(value for key, value in exchange.headers if key == str(matcher["header"]).lower())
    return exchange.body


def _first(seen: Iterable[Seen | None]) -> Seen | None:
    return next((each for each in seen if each), None)
