"""A Clojure service from source, compiled, and compiled with direct linking: the agent tells the same of all three."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from engines.contract import Function, Target
from engines.static.inventory.engine import InventoryEngine
from tests.engines.agents.jvm.recorded import Recorded
from tests.engines.agents.jvm.virtual_machine import (
    CLOJURE,
    QUICK,
    SERVICES,
    build,
    class_path,
    other_service,
    run,
    started,
)  # fmt: skip
from tests.engines.agents.python.collector import CLIENT, Collector, above, under
from tests.ports import free_port

SHOP = SERVICES / "shop"
MODES = ("source", "compiled", "linked")
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GETS = [
    "/forms", "/threads", "/lazily", "/v/7/items/find/tea'x", "/v/7/items/by/tea", "/sheet?name=../x.txt",
    "/eval?text=(%2B 1 2)", "/digest?text=a", "/token", "/fetched?path=/fetched", "/sent?path=/sent", "/xml?text=<a/>",
    "/go?to=https://away.example/", "/broken", "/numbers/12", "/letters/q", "/nowhere",
]  # fmt: skip
# What nobody calls, and what has no code: a macro, a multimethod, a protocol's methods.
NOT_RUN = {
    "<module>", "twice", "area", "price", "rebate!", "Bag.rebate!", "String.rebate!", "nil.rebate!", "Long.rebate!",
    "made/Priced.rebate!",
}  # fmt: skip


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return mode → what follows `java -javaagent:…`, without the port."""
    build()
    source, libraries = SHOP / "src", SHOP / "libraries"
    plain, linked = tmp_path_factory.mktemp("compiled"), tmp_path_factory.mktemp("linked")

    def compile_to(folder: Path, *options: str) -> None:
        path = class_path(CLOJURE, source, libraries, folder)
        run("java", *QUICK, f"-Dclojure.compile.path={folder}", *options, "-cp", path, "clojure.lang.Compile",
            "shop.forms", "shop.main")  # fmt: skip

    compile_to(plain)
    shutil.copytree(plain, linked, dirs_exist_ok=True)
    shutil.rmtree(linked / "shop")
    compile_to(linked, "-Dclojure.compiler.direct-linking=true")
    return {
        "source": ["-cp", class_path(CLOJURE, source, libraries), "clojure.main", "-m", "shop.main"],
        "compiled": ["-cp", class_path(CLOJURE, plain), "shop.main"],
        "linked": ["-cp", class_path(CLOJURE, linked), "shop.main"],
    }


@pytest.fixture(scope="module")
def recorded(compiled: dict[str, list[str]]) -> Iterator[dict[str, Recorded]]:
    found = {}
    for mode, command in compiled.items():
        port = free_port()
        with Collector() as collector, other_service() as (away, heard):
            with started(*command, str(port), roots=SHOP, ports=[port], endpoint=collector.endpoint, cwd=SHOP,
                         AWAY=away) as service:  # fmt: skip
                with httpx.Client(base_url=service.base, timeout=20) as client:
                    for path in GETS:
                        client.get(path)
                    client.post("/run", data={"word": "tea"})
                    client.get("/health", headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})
            found[mode] = Recorded(collector.spans, service.errors, heard)
    return found


@pytest.fixture(scope="module")
def inventory() -> dict[tuple[str, str], Function]:
    target = Target("r-1", "shop", "1", "b", "internal", source=SHOP)
    found = [record for record in InventoryEngine().run(target, []) if isinstance(record, Function)]
    return {(record.file, record.qualified_name): record for record in found}


@pytest.fixture(params=MODES)
def one(request: pytest.FixtureRequest, recorded: dict[str, Recorded]) -> Recorded:
    return recorded[request.param]


def line_of(mark: str) -> int:
    lines = (SHOP / "src/shop/main.clj").read_text().splitlines()
    return 1 + next(at for at, line in enumerate(lines) if line.endswith(f"; mark {mark}"))


def test_the_same_functions_are_seen_however_the_service_is_compiled(recorded):
    assert recorded["source"].functions() == recorded["compiled"].functions() == recorded["linked"].functions()


def test_every_function_is_one_of_the_inventory_with_its_file_and_line(one, inventory):
    assert one.functions()
    for name, file, line in one.functions():
        assert inventory[file, name].start_line == line, (name, file)


def test_every_form_that_defines_a_function_is_seen(one, inventory):
    defined = {name for file, name in inventory if file == "src/shop/forms.clj"}
    assert "area :circle" in defined and NOT_RUN < defined
    assert defined - {name for name, _, _ in one.functions()} == NOT_RUN


def test_call_paths_are_those_of_the_code(one):
    assert one.chain("/forms", "outer/other") == [
        "wrap-marker", "pages/GET /forms", "all", "outer", "outer/helper", "outer/other",
    ]  # fmt: skip
    assert one.chain("/forms", "Item.rebate!")[-2:] == ["all", "Item.rebate!"]


def test_one_span_per_call_path_says_how_often(one):
    spans = under(one.request("/forms"), one.spans)
    assert {s.told["leadline.calls"] for s in spans if s.function == "outer/other"} == {2}


@pytest.mark.parametrize("way", ["future", "executor", "completable", "thread", "channel", "parallel"])
def test_what_other_threads_do_for_a_request_belongs_to_it(one, way):
    chains = [
        (above(s, one.spans).function or "", s.function)
        for s in under(one.request("/threads"), one.spans)
        if s.function
    ]
    assert any(parent.startswith(f"in-{way}") and name == "plain" for parent, name in chains)


def test_what_is_done_after_the_answer_belongs_to_the_request(one):
    assert one.chain("/threads", "hidden?!")[-2:] == ["later", "hidden?!"]


def test_a_lazy_sequence_belongs_to_whoever_realises_it(one):
    assert one.chain("/lazily", "plain") == ["plain"]  # the server writes the answer when all functions have returned


@pytest.mark.parametrize(
    ("path", "kind", "value", "function", "mark"),
    [
        ("/v/7/items/find/tea'x", "sql", "select * from items where name = 'tea'x'", "find-item", "sql"),
        ("/v/7/items/by/tea", "sql", "select * from items where name = ?", "by-parameter", "prepared"),
        ("/sheet?name", "file", "sheets/../x.txt", "sheet", "file"),
        ("/run", "exec", '["echo", "tea"]', "run-command", "exec"),
        ("/eval", "eval", "(+ 1 2)", "evaluate", "eval"),
        ("/digest", "crypto", "MD5", "digest", "crypto"),
        ("/token", "random", "java.util.Random", "token", "random"),
        ("/xml", "xml", "<a/>", "parsed", "xml"),
        ("/go", "redirect", "https://away.example/", "pages/GET /go", "redirect"),
    ],
)
def test_a_sink_tells_its_value_and_the_line_that_called_it(one, path, kind, value, function, mark):
    assert one.sinks(path) == [(kind, value, function, line_of(mark))]


@pytest.mark.parametrize(("path", "function"), [("/fetched", "fetched"), ("/sent", "sent")])
def test_a_called_service_continues_the_trace(one, path, function):
    sent = next(s for s in under(one.request(path), one.spans) if s.kind == CLIENT)
    assert (sent.sink, sent.told["code.line.number"]) == ("http", line_of(function))
    assert sent.told["url.full"].endswith(path)
    assert one.heard[path] == f"00-{sent.trace}-{sent.id}-01"


def test_a_request_continues_the_trace_of_its_caller(one):
    assert [(s.trace, s.parent) for s in one.spans if s.told.get("url.path") == "/health"] == [(TRACE, CALLER)]


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/v/7/items/find/tea'x", "/v/{version}/items/find/{name}", 500),
        ("/v/7/items/by/tea", "/v/{version}/items/by/{name}", 200),
        ("/numbers/12", "/numbers/{id}", 200),
        ("/letters/q", "/letters/{letter}", 200),
        ("/eval", "/eval", 200),
        ("/go", "/go", 302),
        ("/broken", "/broken", 500),
        ("/nowhere", "", 404),
    ],
)
def test_a_request_tells_the_template_of_its_route_and_its_status(one, path, route, status):
    span = one.request(path)
    assert (span.route, span.status, span.is_error) == (route, status, status >= 500)
    assert span.resource["service.version"] == "1.2.3"


def test_an_exception_is_told_where_it_passes(one):
    thrown = next(s for s in under(one.request("/broken"), one.spans) if s.function == "thrown")
    assert thrown.told["error.type"] == "clojure.lang.ExceptionInfo"


def test_the_agent_complains_of_nothing(one):
    assert "leadline-agent:" not in one.errors
