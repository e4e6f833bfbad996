"""The first screen of a release: outcome, risk, every reason on one line with one link, the engines."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from app.components import LOOKING, badge, number, state_badge, why_nothing
from app.markup import Html, h, join, link
from app.queries import Row
from app.vocabulary import CHANGES, DECISIONS, ENGINE_STATES, MANUAL, NOT_ASSESSED, OUTCOMES, mark, words

ONE_COLUMN = 19  # reasons that fit under the decision on a 1440 × 900 screen
SHOWN = 52  # … and in two
COUNTS = (("blocking", "block"), ("person", "need a person"), ("not_assessed", "not assessed"))
WORST_LAST = ("complete", "skipped", "missing", "failed")


def decision_bar(release: Row) -> Html:
    """Return the outcome with icon and word, the counts, the risk with its change, and the uncertainty."""
    outcome = mark(DECISIONS, release["decision"])
    change = release["risk_change"]
    return h(
        '<section class="decision {colour}" id="decision"><span class="outcome"><i>{icon}</i> {word}</span>'
        '<span class="counts">{counts}<small>{policy}</small></span>'
        '<span class="figure"><b>{risk}</b><small>risk {change}</small></span>'
        '<span class="figure"><b>{uncertainty} %</b><small>uncertainty</small></span></section>',
        colour=outcome.colour,
        icon=outcome.icon,
        word=outcome.word,
        counts=" · ".join(f"{release[key]} {told}" for key, told in COUNTS if release[key]) or "nothing holds it",
        policy=f"policy {release['preset']} · {release['noted']} noted · exit status {release['exit_code']}",
        risk=number(release["risk_score"]),
        change="" if change is None else f"({change:+.0f})".replace("-", "−") if round(change) else "(±0)",
        uncertainty=number(100 * (release["uncertainty"] or 0)),
    )


def reason_list(reasons: list[Row], engines: list[Row], release: str) -> Html:
    """Return every reason, grouped by what it does to the release; two columns when one would not fit."""
    if not reasons:
        return h('<div class="empty">{why}</div>', why=why_nothing(engines, "reasons to hold it"))
    groups: list[Html] = []
    shown = 0
    for outcome, alike in groupby(reasons, key=_group):
        lines = [_reason(row, release) for row in alike]
        shown += len(lines)
        told = mark(OUTCOMES, outcome)
        head = h(
            '<h4 class="{c}">{i} {w} <span class="quiet">{n}</span></h4>',
            c=told.colour,
            i=told.icon,
            w=told.word,
            n=len(lines),
        )
        folded = outcome == "note" and shown > SHOWN
        template = "<details><summary>{head}</summary>{lines}</details>" if folded else "{head}{lines}"
        groups.append(h(template, head=head, lines=join(lines)))
    columns = "two" if shown > ONE_COLUMN else ""
    return h('<section class="reasons {columns}">{groups}</section>', columns=columns, groups=join(groups))


def _group(reason: Row) -> str:
    return "override" if reason["kind"] == "override" else reason["outcome"]


def _reason(row: Row, release: str) -> Html:
    page, label, query = _target(row)
    told, title = _told(row)
    return h(
        '<div class="reason" data-reason="{id}">{badge}<span class="title" title="{title}">{title}</span>'
        '<span class="detail" title="{full}">{detail}</span>{link}</div>',
        id=row["reason_id"],
        badge=told,
        title=title,
        detail=row["detail"],
        full="\n".join(filter(None, (row["service"], row["detail"], row["remedy"]))),
        link=link(label, page, release=release, **query),
    )


def _told(row: Row) -> tuple[Html, str]:
    """Return the badge of a reason and its title; what the badge says already is left out of the title."""
    title = row["title"]
    if row["state"]:
        return state_badge(row), title
    if row["trigger"] and row["test_status"] == "open":
        kind, _, subject = title.partition(": ")
        is_blind = row["trigger"] == "not_assessed"
        trigger = NOT_ASSESSED if is_blind else mark(MANUAL, "open")._replace(word=words(row["trigger"]))
        return badge(trigger), subject or kind
    return badge(mark(OUTCOMES, row["outcome"])._replace(word=words(row["kind"]))), title


def _target(row: Row) -> tuple[str, str, dict[str, str]]:
    named = len(row["finding_ids"] or [])
    match row["subject_kind"]:
        case "finding" if named > 1:
            return "code_flaws", f"→ {named} leads", {"reason": row["reason_id"]}
        case "finding":
            return "lead_path", "→ path", {"finding": row["subject_id"]}
        case "manual_test":
            return "manual_testing", "→ test", {"trigger": row["subject_id"]}
        case "gap":
            return "coverage", "→ gap", {"selected": row["subject_id"]}
        case _:
            return "runs", "→ run", {} if row["service"] in (None, "*") else {"service": row["service"]}


def change_counts(kind: str, changes: list[Row]) -> Html:
    """Return how many subjects of one kind changed, and how, as "endpoint + 1 new", from their totals."""
    counted: Counter[str] = Counter()
    for row in changes:
        counted[row["change"]] += row["changes"]
    order = [*CHANGES, *counted]
    told = (f"{CHANGES.get(change, '?')}{number(counted[change])} {words(change)}"
            for change in sorted(counted, key=order.index))  # fmt: skip
    return h("<span><b>{kind}</b> {told}</span>", kind=words(kind), told=" · ".join(told))


def engine_strip(engines: list[Row], release: str) -> Html:
    """Return, for each technique, on how many services it is complete, and every one that is not."""
    if not engines:
        return h('<div class="empty">{b} no engine is on record</div>', b=badge(mark(ENGINE_STATES, "missing")))
    looking = [row for row in engines if row["technique"] in (*LOOKING, "inventory") or row["status"] != "complete"]
    techniques = [_technique(name, list(alike)) for name, alike in groupby(looking, key=lambda row: row["technique"])]
    undone = [_undone(row, release) for row in engines if row["status"] != "complete"]
    return h(
        '<div class="strip">{techniques}</div><div class="strip">{undone}</div>',
        techniques=join(techniques),
        undone=join(undone),
    )


def _technique(name: str, engines: list[Row]) -> Html:
    done = [row for row in engines if row["status"] == "complete"]
    worst = max((row["status"] for row in engines), key=_badness)
    return h(
        '<span title="engine runs that are complete, and their records"><b>{name}</b> {mark} {done}/{all} · '
        "{rows} records</span>",
        name=name,
        mark=badge(
            mark(ENGINE_STATES, worst)._replace(word="" if worst == "complete" else "partly" if done else "not")
        ),
        done=len(done),
        all=len(engines),
        rows=number(sum(row["rows"] or 0 for row in done)),
    )


def _undone(row: Row, release: str) -> Html:
    return h(
        '<span title="{reason}">{b} {technique} on {service} <span class="quiet">{reason}</span></span>',
        b=badge(mark(ENGINE_STATES, row["status"])),
        technique=row["technique"],
        service=link(row["service"], "runs", service=row["service"], release=release),
        reason=row["reason"] or "no reason given",
    )


def _badness(status: str) -> int:
    return WORST_LAST.index(status) if status in WORST_LAST else len(WORST_LAST)
