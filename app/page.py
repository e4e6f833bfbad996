"""What every page begins with: the release it shows, the build of the marts, and a way to another release."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import queries
from app.components import ago
from app.markup import h, join, link, show
from app.queries import Row, Unpublished

STYLE = Path(__file__).with_name("style.css")
MARK = str(Path(__file__).with_name("mark.svg"))

PAGES = {
    "release": "Release",
    "changes": "Changes",
    "lead_path": "Lead path",
    "code_flaws": "Code flaws",
    "service_map": "Service map",
    "service": "Service",
    "endpoint": "Endpoint",
    "coverage": "Coverage",
    "manual_testing": "Manual testing",
    "rules": "Rules",
    "runs": "Runs",
}


def open_page(title: str) -> Row:
    """Set the page up and return the release that it shows; end the run with one sentence where there is none."""
    st.html(STYLE)
    st.sidebar.html('<div class="brand">Leadline</div>')
    try:
        known = queries.releases()
        built = queries.built_at()
    except Unpublished as missing:
        stop(str(missing))
    if not known:
        stop("The published file holds no release yet: run `leadline demo`, or `leadline release leadline.yaml`.")
    release = _choose([row["release_id"] for row in known], known)
    _navigation(title, release["release_id"])
    _watch(built.timestamp())
    against = release["previous_release_id"]
    show(
        h(
            '<header class="page"><h1>{title}</h1>'
            '<span class="what"><b>{release}</b> {against} · built {built}</span></header>',
            title=title,
            release=release["release_id"],
            against=f"against {against}" if against else "baseline: nothing to compare with",
            built=ago(built),
        )
    )
    return release


def stop(sentence: str) -> None:
    """Say why there is nothing to show, and end the page."""
    show(h('<div class="empty alone">{sentence}</div>', sentence=sentence))
    st.stop()


def absent(sentence: str, page: str, label: str, release: str) -> None:
    """Say that what the address names is not in this release, with a way on, and end the page."""
    show(h('<div class="empty">{sentence} {on}</div>', sentence=sentence, on=link(label, page, release=release)))
    st.stop()


def _navigation(shown: str, release: str) -> None:
    entries = (
        h('<li class="{c}">{entry}</li>', c="here" if title == shown else "", entry=link(title, name, release=release))
        for name, title in PAGES.items()
    )
    st.sidebar.html(h("<nav><ul>{entries}</ul></nav>", entries=join(entries)))


def _choose(ids: list[str], known: list[Row]) -> Row:
    wanted = st.query_params.get("release") or st.session_state.get("release_shown")
    start = ids.index(wanted) if wanted in ids else 0
    chosen = st.sidebar.selectbox("Release", ids, index=start)
    if st.query_params.get("release") != chosen:
        st.query_params["release"] = chosen
    st.session_state["release_shown"] = chosen
    if wanted and wanted not in ids:
        show(
            h(
                '<div class="empty">There is no release {wanted} here; this is {chosen}.</div>',
                wanted=wanted,
                chosen=chosen,
            )
        )
    elif chosen != ids[0]:
        st.sidebar.html(link(f"→ newest: {ids[0]}", "release", release=ids[0]))
    return known[ids.index(chosen)]


@st.fragment(run_every="3s")
def _watch(built: float) -> None:
    """Run the page again when the file was published anew since it was drawn."""
    try:
        if queries.built_at().timestamp() != built:
            st.rerun()
    except Unpublished:
        return
