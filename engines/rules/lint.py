"""Judge rules before they judge anybody: structure, regular expressions, budgets, hosts, and their own samples."""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2
import yaml

from engines.canary import canary
from engines.contract import EngineError, Rule
from engines.dynamic.exchange import Exchange
from engines.dynamic.matchers import judge, missing_headers
from engines.dynamic.templates import numbers, render
from engines.statements import shape_of
from engines.static import clojure
from engines.static.blocks import origin_of, semgrep_rules
from engines.static.clojure.knowledge import ENGINE
from engines.static.command import find_executable, scan
from engines.static.files import extensions

_SEED = "1"
_QUIET = re2.Options()
_QUIET.log_errors = False
_HOST = re.compile(r"(?:https?:)?//(?:[^/@\s]*@)?([^/:\s\"'?#]+)")
_ALLOWED_HOST = re.compile(
    r"^(\{\{[^}]+\}\}|localhost|127\.[0-9.]+|\[::1\]|([\w{}|-]+\.)*invalid|([\w{}|-]+\.)*example)$"
)
_NOTHING: Mapping[str, Any] = {"errors": (), "results": ()}
_SCENARIO_SIGNALS = {"passive": ("missing_headers",), "scenario": ("object_access",)}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a rule, as a sentence."""

    rule_id: str
    message: str


@cache
def known_weaknesses() -> Mapping[str, tuple[str, str]]:
    """CWE → (weakness class, name) of the bundled list."""
    listed = yaml.safe_load((Path(__file__).parent / "weaknesses.yaml").read_text(encoding="utf-8"))
    return {f"CWE-{number}": (name, title) for name, cwes in listed.items() for number, title in cwes.items()}


def lint(rules: Sequence[Rule], executable: Path | None = None) -> Iterator[Problem]:
    """Yield what is wrong with the rules; static samples of all rules are judged by one run of each static engine."""
    for rule in rules:
        told = [message for check in _STRUCTURE for message in check(rule)]
        # Samples are judged by what the rule says; one that contradicts itself judges nothing.
        told = told or [message for check in (_trace_samples, _exchange_samples) for message in check(rule)]
        yield from (Problem(rule.id, message) for message in told)
    yield from _static_samples(rules, executable)


def _weakness(rule: Rule) -> Iterator[str]:
    known = known_weaknesses().get(rule.cwe)
    if known is None:
        yield f"{rule.cwe} is not in the bundled list (engines/rules/weaknesses.yaml)."
    elif known[0] != rule.weakness_class:
        yield f"{rule.cwe} belongs to the class {known[0]}, but the id says {rule.weakness_class}."


def _expressions(rule: Rule) -> Iterator[str]:
    for name, matcher in rule.dynamic.get("matchers", {}).items():
        if "regex" in matcher:
            try:
                re2.compile(matcher["regex"], _QUIET)
            except re2.error as error:
                yield f"The regex of matcher {name} does not run on RE2: {error}."


def _budget(rule: Rule) -> Iterator[str]:
    probes = rule.dynamic.get("probes", {})
    if not rule.dynamic:
        return
    if rule.dynamic["form"] == "probe" and not probes:
        yield "A dynamic part of the form probe needs probes."
    repeats = sum(
        (int(matcher.get("repeat", 2)) - 1) * len({*matcher.get("same", ()), *matcher.get("differ", ())})
        for matcher in rule.dynamic.get("matchers", {}).values()
        if "same" in matcher or "differ" in matcher
    )
    budget = rule.dynamic["safety"]["max_requests"]
    if budget < len(probes) + repeats:
        yield f"max_requests is {budget}, but the probes and their repetitions are {len(probes) + repeats} requests."


def _hosts(rule: Rule) -> Iterator[str]:
    for role, value in rule.dynamic.get("probes", {}).items():
        for host in _HOST.findall(value):
            if not _ALLOWED_HOST.match(host):
                yield f"Probe {role} names the host {host}: use a placeholder, a name below .invalid or loopback."


def _signals(rule: Rule) -> Iterator[str]:
    """Every role and signal that is spoken of exists."""
    roles = {*rule.dynamic.get("probes", {}), "seed"}
    matchers = rule.dynamic.get("matchers", {})
    for name, matcher in matchers.items():
        named = [matcher.get("on"), matcher.get("not_in"), *matcher.get("same", ()), *matcher.get("differ", ())]
        for role in sorted({role for role in named if role} - roles):
            yield f"Matcher {name} speaks of the probe {role}, which is missing; there are {', '.join(sorted(roles))}."
    confirm = rule.trace.get("confirm", {})
    for role in sorted({*confirm.get("compare", ()), *filter(None, [confirm.get("on")])} - roles):
        yield f"trace.confirm speaks of the probe {role}, which there is not; there are {', '.join(sorted(roles))}."
    valid = {f"dynamic.{name}" for name in (*matchers, *_SCENARIO_SIGNALS.get(rule.dynamic.get("form", ""), ()))}
    valid |= {f"trace.{part}" for part in rule.trace}
    for state, alternatives in rule.verdict.items():
        for signal in {signal.removeprefix("not ") for signals in alternatives for signal in signals} - valid:
            yield f"verdict.{state} speaks of {signal}, which there is not; there are {', '.join(sorted(valid))}."


def _has_samples(rule: Rule) -> Iterator[str]:
    has = {side: {key for sample in rule.samples.get(side, ()) for key in sample} for side in ("bad", "good")}
    form = rule.dynamic.get("form")
    needed = (
        ("static", "code", rule.static),
        ("trace", "spans", rule.trace),
        ("dynamic", "exchange", form in ("probe", "passive")),
    )
    for part, key, present in needed:
        for side in ("bad", "good"):
            if present and key not in has[side]:
                yield f"The {part} part has no {side} sample ({key})."


def _clojure(rule: Rule) -> Iterator[str]:
    """Semgrep's taint mode finds nothing in Clojure and says so nowhere; our own blocks must be usable."""
    for number, block in enumerate(rule.static):
        is_taint, engine = block.get("mode") == "taint", block.get("engine", "semgrep")
        if is_taint and engine == "semgrep" and {"clojure", "clj"} & set(block["languages"]):
            yield f"Static block {number + 1}: semgrep's taint mode finds nothing in Clojure: say `engine: {ENGINE}`."
    try:
        clojure.Knowledge([rule])
    except EngineError as error:
        yield str(error)


_STRUCTURE = (_weakness, _expressions, _budget, _hosts, _signals, _has_samples, _clojure)


def _trace_samples(rule: Rule) -> Iterator[str]:
    confirm, kind = rule.trace.get("confirm"), rule.trace.get("sink", {}).get("kind")
    for side in ("bad", "good") if confirm else ():
        for number, sample in enumerate(s["spans"] for s in rule.samples.get(side, ()) if "spans" in s):
            fires = _is_confirmed(kind, confirm, sample)
            if fires != (side == "bad"):
                yield f"Spans sample {number + 1} of {side}: the trace part {'fires' if fires else 'does not fire'}."


def _is_confirmed(kind: str, confirm: Mapping[str, Any], sample: Mapping[str, str]) -> bool:
    values = {role: render(text, {"canary": canary("lint", role)}) for role, text in sample.items()}
    if "contains" in confirm:
        return canary("lint", confirm["on"]) in values.get(confirm["on"], "")
    shapes = [
        shape_of(kind, values.get(role, ""), shell=True, canaries=(canary("lint", role),))
        for role in confirm["compare"]
    ]
    return shapes[0] != shapes[1]


def _exchange_samples(rule: Rule) -> Iterator[str]:
    for side in ("bad", "good"):
        for number, sample in enumerate(s["exchange"] for s in rule.samples.get(side, ()) if "exchange" in s):
            exchanges = [_exchange(rule, role, answer) for role, answer in sample.items()]
            seen = any(judge(matcher, exchanges, _SEED) for matcher in rule.dynamic.get("matchers", {}).values())
            if "passive" in rule.dynamic:
                seen = any(missing_headers(rule.dynamic["passive"], exchange) for exchange in exchanges)
            if bool(seen) != (side == "bad"):
                yield f"Exchange sample {number + 1} of {side}: {'a' if seen else 'no'} matcher is satisfied."


def _exchange(rule: Rule, role: str, answer: Mapping[str, Any]) -> Exchange:
    mark = canary("lint", role)
    names = {"seed": _SEED, "canary": mark, **numbers("lint")}
    value = render(rule.dynamic.get("probes", {}).get(role, "{{seed}}"), names)
    filled = {
        "body": render(answer.get("body", ""), {**names, "value": value}),
        "headers": {
            key: render(str(text), {**names, "value": value}) for key, text in answer.get("headers", {}).items()
        },
    }
    url = "http://service.example/endpoint"
    return Exchange.of_sample({**answer, **filled, "role": role, "canary": mark, "value": value, "url": url})


# ── static samples ────────────────────────────────────────────────────────────────────────────────────────


def _static_samples(rules: Iterable[Rule], executable: Path | None) -> Iterator[Problem]:
    """Write every code sample of every rule into a file of its own, run the static engines once, and compare."""
    bodies = [body for rule in rules for body in semgrep_rules([rule])]
    samples = {}
    fired: dict[str, set[str]] = defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for rule, side, number, sample in _code_samples(rules):
            path = root / f"{len(samples)}{_extension(sample['language'])}"
            path.write_text(sample["code"], encoding="utf-8")
            samples[str(path)] = (rule, side, number)
        found = scan(find_executable(executable), bodies, root, seconds=300) if bodies and samples else _NOTHING
        for file, rule_id in clojure.findings(root, _usable(rules)):
            fired[str(root / file)].add(rule_id)
    for error in found["errors"]:
        rule_id = origin_of(error["rule_id"])[0] if error.get("rule_id") else ""
        yield Problem(rule_id, f"semgrep says: {' '.join(str(error.get('message')).split())[:300]}")
    for result in found["results"]:
        fired[result["path"]].add(origin_of(result["check_id"])[0])
    for path, (rule, side, number) in samples.items():
        fires = rule.id in fired[path]
        if fires != (side == "bad"):
            yield Problem(
                rule.id, f"Code sample {number} of {side}: the static part {'fires' if fires else 'does not fire'}."
            )


def _usable(rules: Iterable[Rule]) -> list[Rule]:
    """The rules that the pass over Clojure can be made of; of the others it was told why not."""
    return [rule for rule in rules if not any(_clojure(rule))]


def _code_samples(rules: Iterable[Rule]) -> Iterator[tuple[Rule, str, int, Mapping[str, str]]]:
    for rule in rules:
        for side in ("bad", "good"):
            for number, sample in enumerate(s for s in rule.samples.get(side, ()) if "code" in s):
                if rule.static:
                    yield rule, side, number + 1, sample


def _extension(language: str) -> str:
    return next((extension for extension, name in extensions().items() if name == language), ".txt")
