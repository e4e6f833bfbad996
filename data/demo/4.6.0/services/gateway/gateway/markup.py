"""HTML of the shop's pages."""

from urllib.parse import urlencode

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
    if not items:
        return "<p>Nothing was found.</p>"
    rows = []
    for item in items:
        name = escape(item["name"])
        maker = escape(item["maker"])
        price = f"{item['price'] / 100:.2f} EUR"
        stock = "in stock" if item["stock"] > 0 else "sold out"
        rows.append(f"<tr><td>{name}</td><td>{maker}</td><td>{price}</td><td>{stock}</td></tr>")
    head = "<tr><th>Name</th><th>Maker</th><th>Price</th><th></th></tr>"
    return "<table>" + head + "".join(rows) + "</table>"


def pager(term: str, page: int, pages: int) -> str:
    if pages < 2:
        return ""
    links = []
    for number in range(1, pages + 1):
        if number == page:
            links.append(f"<b>{number}</b>")
        else:
            query = urlencode({"q": term, "page": number})
            links.append(f'<a href="/search?{escape(query)}">{number}</a>')
    return "<p>" + " ".join(links) + "</p>"
