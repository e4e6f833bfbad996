"""What a lead path page says of one finding: its header, its statements at the sink, its evidence side by side."""

from __future__ import annotations

from app.components import ago, badge, code, number, place, service_link, state_badge
from app.markup import Html, h, join, link
from app.queries import Row
from app.vocabulary import CLEAN, COVERAGE, NOT_EXPECTED, mark, words

TECHNIQUES = ("static", "dynamic", "trace")
SAME = ("engine", "rule_id", "signal", "summary", "file", "line", "method", "route", "parameter")
MOST_CARDS = 8  # in one column


def finding_header(finding: Row, release: str) -> Html:
    """Return what the finding is, its state and why, its triage, its risk."""
    triage = words(finding["triage"])
    if finding["triage_author"]:
        triage += f" by {finding['triage_author']}: {finding['triage_reason']}"
    return h(
        '<section class="decision {state}"><span class="counts"><b class="lead-title">{title}</b>'
        "<small>{badge} {reason}</small><small>{place} · {service} · {cwe} · severity {severity} · {tracking} · "
        'triage: {triage}</small></span><span class="figure"><b>{risk}</b><small>risk</small></span></section>',
        state=finding["state"],
        title=finding["title"],
        badge=state_badge(finding),
        reason=finding["state_reason"],
        place=place(finding) or "no code location",
        service=service_link(finding, release),
        cwe=finding["cwe"] or "no CWE",
        severity=finding["severity"],
        tracking=words(finding["tracking"]),
        triage=triage,
        risk=number(finding["risk_score"]),
    )


def path_label(hops: list[Row]) -> str:
    """Return the entry of a path and whether all of it was observed, as text."""
    entry = hops[0]
    unseen = sum(not hop["is_observed"] for hop in hops)
    told = "observed" if not unseen else f"possible: {unseen} of {len(hops)} hops never observed"
    return f"{entry['entry_method']} {entry['entry_service']} {entry['entry_route']} — {told}"


def widest(paths: dict[int, list[Row]]) -> int:
    """Return the path to show first: the first of them, or the one that leads to its entry from further outside."""
    chosen = min(paths)
    for key in sorted(paths, key=lambda key: len(paths[key])):
        tail = paths[key][-len(paths[chosen]) :]
        if len(paths[key]) > len(tail) and [_step(hop) for hop in tail] == [_step(hop) for hop in paths[chosen]]:
            chosen = key
    return chosen


def _step(hop: Row) -> tuple[object, ...]:
    return tuple(hop[key] for key in ("service", "hop_kind", "symbol", "file", "line", "is_observed"))


def statements(sink: Row) -> Html:
    """Return the statement at the sink, benign and under attack."""
    kinds = (("statement", "benign", ""), ("statement_attack", "under attack: its shape changed", "attack"))
    return h(
        '<div class="statements">{shown}</div>',
        shown=join(
            h('<div class="said-at-sink {c}"><small>at the sink, {label}</small><code>{text}</code></div>',
              c=c, label=label, text=sink[key])
            for key, label, c in kinds
            if sink[key]
        ),
    )  # fmt: skip


def subject_of(follow_up: Row) -> dict[str, str]:
    """Return the query that opens a gap or a manual test on its page."""
    return {"selected" if follow_up["page"] == "coverage" else "trigger": follow_up["subject_id"]}


def evidence_cards(evidence: list[Row], statuses: dict[str, Row], release: str) -> Html:
    """Return one column a technique, side by side: its evidence, or that it looked in vain, or did not look."""
    said = {technique: [row for row in evidence if row["technique"] == technique] for technique in TECHNIQUES}
    said |= {row["technique"]: said.get(row["technique"]) or [] for row in evidence}
    for row in evidence:
        if row["technique"] not in TECHNIQUES:
            said[row["technique"]].append(row)
    columns = (
        join(_alike(rows, release)) if rows else _silent(technique, statuses.get(technique))
        for technique, rows in said.items()
    )
    return h(
        '<div class="cards">{columns}</div>',
        columns=join(h('<div class="stack">{column}</div>', column=column) for column in columns),
    )


def _silent(technique: str, status: Row | None) -> Html:
    """Say of a technique without evidence whether it looked: clean and not assessed never look alike."""
    if status and status["status"] in ("pass", "fail"):
        told, hatched, why = CLEAN._replace(word="looked"), "", "and says nothing of this finding"
    elif status and status["status"] != "not_applicable":
        told, hatched, why = mark(COVERAGE, status["status"]), "hatched", status["reason"]
    else:
        told, hatched, why = NOT_EXPECTED, "", status["reason"] if status else "not asked of this service"
    return h(
        '<div class="card {hatched}"><h4>{technique}</h4><p>{b} {why}</p></div>',
        hatched=hatched,
        technique=technique,
        b=badge(told),
        why=why,
    )


def _alike(evidence: list[Row], release: str) -> list[Html]:
    """Return one card for evidence that says the same of the same place."""
    alike: dict[tuple[object, ...], list[Row]] = {}
    for row in evidence:
        alike.setdefault(tuple(row[key] for key in SAME), []).append(row)
    cards = [_card(rows[0], len(rows) - 1, release) for rows in alike.values()]
    more = len(cards) - MOST_CARDS
    return cards[:MOST_CARDS] + ([h("<div>and {n} more</div>", n=more)] if more > 0 else [])


def _card(row: Row, more: int, release: str) -> Html:
    asked = code(f"{row['method'] or ''} {row['route'] or ''} {row['parameter'] or ''}".strip())
    where = join(filter(None, (asked, place(row))), " → ")
    excerpt = h('<code class="excerpt">{text}</code>', text=row["excerpt"]) if row["excerpt"] else ""
    rule = (
        h(" · {rule}", rule=link(row["rule_id"], "rules", rule=row["rule_id"], release=release))
        if row["rule_id"]
        else ""
    )
    joined = f"joined in pass {row['join_pass']}: {row['join_reason']}" if row["join_pass"] else row["join_reason"]
    return h(
        '<div class="card"><h4>{technique} <small>{engine} · {signal}</small></h4><p>{summary}</p><p>{where}</p>'
        "{excerpt}<small>{joined}{rule} · {at}{more}</small></div>",
        technique=row["technique"],
        engine=row["engine"],
        signal=row["signal"],
        summary=row["summary"],
        where=where,
        excerpt=excerpt,
        joined=joined or "a finding of its own",
        rule=rule,
        at=ago(row["observed_at"]),
        more=f" · and {more} more like it" if more else "",
    )
