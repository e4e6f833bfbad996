"""HTML that is safe by construction: whatever is put into a template is escaped, unless it was made here."""

from __future__ import annotations

import html
from collections.abc import Iterable
from urllib.parse import urlencode

import streamlit as st

LONGEST = 4000  # characters of one value that a page shows


class Html(str):
    """Text that is HTML already. Only `h` and `join` make it."""

    __slots__ = ()


def text(value: object) -> str:
    """Return a value as bounded, escaped text; None as nothing."""
    if isinstance(value, Html):
        return value
    plain = "" if value is None else str(value)
    if len(plain) > LONGEST:
        plain = plain[:LONGEST] + f" … ({len(plain) - LONGEST:,} more characters)"
    return html.escape(plain)


def h(template: str, **values: object) -> Html:
    """Fill a literal template; every value is escaped."""
    return Html(template.format(**{name: text(value) for name, value in values.items()}))


def join(parts: Iterable[object], between: str = "") -> Html:
    """Join pieces, each escaped, around a literal separator."""
    return Html(between.join(text(part) for part in parts))


def show(*parts: Html) -> None:
    """Put HTML on the page. Streamlit passes it through DOMPurify as well."""
    st.html(join(parts))


def url(page: str, **query: object) -> str:
    """Return the address of a page of this app, relative so that a base path does not break it; None is left out."""
    named = {"view": page} | query
    return "./?" + urlencode({name: value for name, value in named.items() if value not in (None, "")})


def link(label: object, page: str, **query: object) -> Html:
    """Return a link to a page of this app; it stays in the same tab."""
    return h('<a href="{href}">{label}</a>', href=url(page, **query), label=label)
