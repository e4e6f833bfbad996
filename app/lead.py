"""What a lead path page says of one finding: its header, its statements at the sink, its evidence side by side."""

from __future__ import annotations

from app.components import ago, badge, code, number, place, service_link, state_badge
from app.markup import Html, h, join, link
from app.queries import Row
from app.vocabulary import NOT_ASSESSED, words

TECHNIQUES = ("static", "dynamic", "trace")


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


def evidence_cards(evidence: list[Row], release: str) -> Html:
    """Return one card for each evidence, side by side, and one for each technique that says nothing."""
    silent = [technique for technique in TECHNIQUES if technique not in {row["technique"] for row in evidence}]
    cards = [_card(row, release) for row in evidence[:24]] + [
        h('<div class="card hatched"><h4>{t}</h4><p>{b} no evidence of this technique</p></div>', t=technique,
          b=badge(NOT_ASSESSED._replace(word="nothing said")))
        for technique in silent
    ]  # fmt: skip
    more = len(evidence) - 24
    return h('<div class="cards">{cards}</div>{more}', cards=join(cards), more=f"and {more} more" if more > 0 else "")


def _card(row: Row, release: str) -> Html:
    where = place(row) or code(f"{row['method'] or ''} {row['route'] or ''} {row['parameter'] or ''}".strip())
    excerpt = h('<code class="excerpt">{text}</code>', text=row["excerpt"]) if row["excerpt"] else ""
    rule = (
        h(" · {rule}", rule=link(row["rule_id"], "rules", rule=row["rule_id"], release=release))
        if row["rule_id"]
        else ""
    )
    joined = f"joined in pass {row['join_pass']}: {row['join_reason']}" if row["join_pass"] else row["join_reason"]
    return h(
        '<div class="card"><h4>{technique} <small>{engine} · {signal}</small></h4><p>{summary}</p><p>{where}</p>'
        "{excerpt}<small>{joined}{rule} · {at}</small></div>",
        technique=row["technique"],
        engine=row["engine"],
        signal=row["signal"],
        summary=row["summary"],
        where=where,
        excerpt=excerpt,
        joined=joined or "a finding of its own",
        rule=rule,
        at=ago(row["observed_at"]),
    )
