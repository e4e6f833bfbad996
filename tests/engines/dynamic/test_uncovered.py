"""An endpoint without any attempt is named once; one with a single attempt is not."""

from __future__ import annotations

from engines.contract import Skip
from engines.scope import Scope


def test_only_endpoints_without_any_attempt(shop, bench):
    rows = [
        bench.row(bench.XSS, "GET", "/hello", "name"),
        bench.row(bench.XSS, "GET", "/hello", "other", is_allowed=False, refusal="destructive"),
        bench.row(bench.XSS, "POST", "/notes", "text", "json"),
        bench.row(bench.REDIRECT, "POST", "/notes", "text", "json"),
        bench.row(bench.HEADERS, "", "", is_allowed=False),
    ]
    run = bench.run(shop, rows, scope=Scope())
    why = "the request may change data; set scope.mutate to allow it."
    assert [s for s in run.skips if s.subject_kind == "endpoint"] == [
        Skip("shop", "dynamic", "endpoint", "POST /notes", "needs_mutation", why)
    ]
