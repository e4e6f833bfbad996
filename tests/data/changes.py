"""The planted flaws of the demo system with their safe forms, and its baits with the flaws that they look like."""

from __future__ import annotations

from dataclasses import dataclass

RELEASES = ("4.5.1", "4.6.0")


@dataclass(frozen=True)
class Edit:
    """Text of one file that is replaced; it must be there exactly once."""

    file: str  # relative to the release
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """A planted flaw mended, or a bait turned into the flaw it looks like, and the row of truth that it concerns."""

    service: str
    cwe: str
    method: str
    route: str
    parameter: str
    edits: tuple[Edit, ...]
    releases: tuple[str, ...] = RELEASES

    def concerns(self, row: dict[str, str]) -> bool:
        """Whether a row of truth tells of what this changes."""
        keys = ("service", "cwe", "method", "route", "parameter")
        return all(row[key] == getattr(self, key) for key in keys)


_GATEWAY, _CATALOG, _ORDERS = "services/gateway/gateway", "services/catalog/catalog", "services/orders/orders"
_PRICING = "services/pricing/src/pricing"


def _list_of_arguments(file: str, release: str) -> Change:
    old, new = '["printf", LAYOUT, code],', "f\"printf '{LAYOUT}' {code}\", shell=True,"
    edits = (Edit(f"{_ORDERS}/{file}", old, new),)
    return Change("orders", "CWE-78", "GET", "/label", "code", edits, releases=(release,))


FLAWS = {
    "reflected term": Change(
        "gateway",
        "CWE-79",
        "GET",
        "/search",
        "q",
        (Edit(f"{_GATEWAY}/pages.py", "Results for {term}", "Results for {escape(term)}"),),
    ),
    "open redirect": Change(
        "gateway",
        "CWE-601",
        "GET",
        "/go",
        "to",
        (
            Edit(
                f"{_GATEWAY}/links.py",
                'request.args.get("to", "/search")',
                '{"offers": "/suggest"}.get(request.args.get("to"), "/search")',
            ),
        ),
    ),
    "few rounds": Change(
        "gateway", "CWE-916", "", "", "", (Edit(f"{_GATEWAY}/users.py", "ROUNDS = 20_000", "ROUNDS = 600_000"),)
    ),
    "preview of any address": Change(
        "gateway",
        "CWE-918",
        "GET",
        "/preview",
        "url",
        (
            Edit(
                f"{_GATEWAY}/pictures.py",
                'def preview():\n    url = request.args.get("url", "")\n',
                'def preview():\n    url = request.args.get("url", "")\n'
                "    if urlsplit(url).netloc not in settings.IMAGE_HOSTS:\n"
                '        return {"error": "unknown host"}, 400\n',
            ),
        ),
        releases=("4.6.0",),
    ),
    "missing headers": Change(
        "gateway",
        "CWE-693",
        "",
        "",
        "",
        (
            Edit(
                f"{_GATEWAY}/__init__.py",
                "    app.before_request(canonical.remember)\n",
                "    app.before_request(canonical.remember)\n\n"
                "    @app.after_request\n"
                "    def secured(response):\n"
                '        response.headers["Content-Security-Policy"] = "default-src \'self\'"\n'
                '        response.headers["X-Content-Type-Options"] = "nosniff"\n'
                '        response.headers["X-Frame-Options"] = "DENY"\n'
                '        response.headers["Referrer-Policy"] = "no-referrer"\n'
                '        response.headers["Strict-Transport-Security"] = "max-age=31536000"\n'
                "        return response\n\n",
            ),
        ),
    ),
    "bad escape": Change(
        "gateway",
        "CWE-755",
        "",
        "",
        "",
        (
            Edit(
                f"{_GATEWAY}/canonical.py",
                "int(target[position + 1 : position + 3], 16)",
                'int("0" + "".join(c for c in target[position + 1 : position + 3] if c in string.hexdigits), 16)',
            ),
            Edit(f"{_GATEWAY}/canonical.py", "from flask import g", "import string\n\nfrom flask import g"),
            Edit(f"{_GATEWAY}/canonical.py", 'out.decode("utf-8")', 'out.decode("utf-8", "replace")'),
        ),
    ),
    "concatenated search": Change(
        "catalog",
        "CWE-89",
        "GET",
        "/items",
        "q",
        (
            Edit(f"{_CATALOG}/store.py", "LIKE '%\" + term + \"%' ORDER", "LIKE '%' || ? || '%' ORDER"),
            Edit(
                f"{_CATALOG}/store.py",
                "connection.execute(query).fetchall()",
                "connection.execute(query, (term,)).fetchall()",
            ),
        ),
    ),
    "concatenated maker": Change(
        "catalog",
        "CWE-89",
        "GET",
        "/items",
        "maker",
        (Edit(f"{_CATALOG}/store.py", 'WHERE maker = \'" + maker + "\'")', 'WHERE maker = ?", (maker,))'),),
        releases=("4.5.1",),
    ),
    "any file exported": Change(
        "catalog",
        "CWE-22",
        "GET",
        "/export",
        "name",
        (
            Edit(
                f"{_CATALOG}/exports.py", "os.path.join(EXPORTS, name)", "os.path.join(EXPORTS, os.path.basename(name))"
            ),
        ),
    ),
    "vulnerable dependency": Change(
        "catalog",
        "CWE-1395",
        "",
        "",
        "",
        (
            Edit("services/catalog/requirements.txt", "PyYAML==5.3.1", "PyYAML==6.0.2"),
            Edit("advisories.cdx.json", '"vulnerabilities": [', '"vulnerabilities": [], "x-mended": ['),
        ),
    ),
    "concatenated login": Change(
        "orders",
        "CWE-89",
        "GET",
        "/orders/{id}",
        "user",
        (
            Edit(f"{_ORDERS}/audience.py", 'WHERE login = \'" + login + "\'"', 'WHERE login = ?"'),
            Edit(f"{_ORDERS}/audience.py", "execute(query)", "execute(query, (login,))"),
        ),
    ),
    "orders of others": Change(
        "orders",
        "CWE-639",
        "GET",
        "/orders/{id}",
        "id",
        (Edit(f"{_ORDERS}/views.py", "if order is None:", 'if order is None or order["owner"] != tokens.bearer():'),),
    ),
    "stored note": Change(
        "orders",
        "CWE-89",
        "POST",
        "/notes",
        "text",
        (Edit(f"{_ORDERS}/notes.py", 'WHERE text = \'" + text + "\'")', 'WHERE text = ?", (text,))'),),
    ),
    "pickled cookie": Change(
        "orders",
        "CWE-502",
        "GET",
        "/basket",
        "basket",
        (
            Edit(f"{_ORDERS}/baskets.py", "import pickle", "import json"),
            Edit(f"{_ORDERS}/baskets.py", "pickle.loads(", "json.loads("),
            Edit(f"{_ORDERS}/baskets.py", "pickle.dumps(items)", "json.dumps(items).encode()"),
        ),
    ),
    "shell command": Change(
        "legacy-admin",
        "CWE-78",
        "GET",
        "/maintenance/ping",
        "host",
        (
            Edit(
                "services/legacy-admin/legacy_admin/maintenance.py",
                '"ping -c 1 " + host, shell=True,',
                '["ping", "-c", "1", "--", host],',
            ),
        ),
    ),
    "threaded statement": Change(
        "pricing",
        "CWE-89",
        "GET",
        "/quote",
        "item",
        (
            Edit(f"{_PRICING}/quotes.clj", "FROM prices WHERE item = '\"", 'FROM prices WHERE item = ?"'),
            Edit(f"{_PRICING}/quotes.clj", '(str item "\'")\n      vector', "(vector item)"),
        ),
    ),
    "rule read": Change(
        "pricing",
        "CWE-95",
        "GET",
        "/rules",
        "rule",
        (Edit(f"{_PRICING}/rules.clj", "      read-string))", "      edn/read-string))"),),
    ),
    "any sheet sent": Change(
        "pricing",
        "CWE-22",
        "GET",
        "/sheet",
        "name",
        (Edit(f"{_PRICING}/sheets.clj", "(->> name\n", "(->> (.getName (io/file (str name)))\n"),),
    ),
}

BAITS = {
    "escaped suggestion": Change(
        "gateway",
        "CWE-79",
        "GET",
        "/suggest",
        "q",
        (Edit(f"{_GATEWAY}/pages.py", "<b>{escape(term)}</b>", "<b>{term}</b>"),),
    ),
    "listed partners": Change(
        "gateway",
        "CWE-601",
        "GET",
        "/leave",
        "to",
        (
            Edit(
                f"{_GATEWAY}/links.py",
                'if parts.scheme != "https" or parts.netloc not in settings.PARTNERS:',
                "if not parts.netloc:",
            ),
        ),
    ),
    "listed picture hosts": Change(
        "gateway",
        "CWE-918",
        "GET",
        "/badge",
        "url",
        (Edit(f"{_GATEWAY}/pictures.py", " or parts.netloc not in settings.IMAGE_HOSTS:", ":"),),
    ),
    "parameterised look-alike": Change(
        "catalog",
        "CWE-89",
        "GET",
        "/items/{id}",
        "id",
        (
            Edit(f"{_CATALOG}/store.py", 'FROM items WHERE id = ?"', 'FROM items WHERE id = \'" + id + "\'"'),
            Edit(f"{_CATALOG}/store.py", "execute(query, (id,))", "execute(query)"),
        ),
    ),
    "canonicalised path": Change(
        "catalog",
        "CWE-22",
        "GET",
        "/care",
        "name",
        (Edit(f"{_CATALOG}/exports.py", "if os.path.dirname(path) != str(CARE):", "if not name:"),),
    ),
    "allow-listed order": Change(
        "orders",
        "CWE-89",
        "GET",
        "/orders",
        "sort",
        (
            Edit(
                f"{_ORDERS}/listing.py",
                'SORTS.get(request.args.get("sort", "date"), "id")',
                'request.args.get("sort", "date").replace("date", "placed_on")',
            ),
        ),
    ),
    "list of arguments": _list_of_arguments("printing/labels.py", "4.6.0"),
    "list of arguments, before the move": _list_of_arguments("labels.py", "4.5.1"),
    "constant evaluated": Change(
        "orders",
        "CWE-95",
        "GET",
        "/orders",
        "",
        (
            Edit(
                f"{_ORDERS}/quota.py", "eval(A_WEEK_OF_HOURS)", 'int(eval(request.args.get("limit", A_WEEK_OF_HOURS)))'
            ),
            Edit(f"{_ORDERS}/quota.py", "A_WEEK_OF_HOURS = ", "from flask import request\n\nA_WEEK_OF_HOURS = "),
        ),
    ),
    "bound price": Change(
        "pricing",
        "CWE-89",
        "GET",
        "/prices/{item}",
        "item",
        (
            Edit(
                f"{_PRICING}/quotes.clj",
                '["SELECT item, cents, bulk FROM prices WHERE item = ?" item]',
                '[(str "SELECT item, cents, bulk FROM prices WHERE item = \'" item "\'")]',
            ),
        ),
    ),
    "tiers of data": Change(
        "pricing",
        "CWE-95",
        "GET",
        "/tiers",
        "tiers",
        (Edit(f"{_PRICING}/rules.clj", "(edn/read-string (or tiers", "(read-string (or tiers"),),
    ),
    "canonical terms": Change(
        "pricing",
        "CWE-22",
        "GET",
        "/terms",
        "name",
        (
            Edit(
                f"{_PRICING}/sheets.clj",
                "(if (= (.getParent file) terms-folder)",
                "(if (seq name)",
            ),
        ),
    ),
    "escaped title": Change(
        "pricing",
        "CWE-79",
        "GET",
        "/board",
        "title",
        (Edit(f"{_PRICING}/board.clj", "[:h1 (h title)]", "[:h1 title]"),),
    ),
}


def flaws(release: str) -> list[str]:
    """Return the names of the planted flaws that a release holds."""
    return [name for name, change in FLAWS.items() if release in change.releases]


def baits(release: str) -> list[str]:
    """Return the names of the baits of a release that can be turned into the flaw they look like."""
    return [name for name, change in BAITS.items() if release in change.releases]
