"""HTML of the shop's pages."""

from flask import g
from markupsafe import escape

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><link rel="canonical" href="{canonical}"></head>
<body>
<nav><a href="/search">Search</a> <a href="/suggest">Suggestions</a></nav>
{body}
</body>
</html>
"""


def layout(title: str, body: str) -> str:
    return PAGE.format(title=escape(title), canonical=escape(g.canonical), body=body)


def listing(items: list[dict]) -> str:
    rows = [f"<li>{escape(item['name'])}</li>" for item in items]
    return "<ul>" + "".join(rows) + "</ul>"
