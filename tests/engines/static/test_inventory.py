"""The inventory of small written systems, one behaviour a test; names are compared with those of CPython itself."""

import textwrap
from pathlib import Path
from types import CodeType

import pytest

from engines.contract import Call, Endpoint, EngineError, Function, Parameter, ScannedFile, Skip, Statement, Target
from engines.static.inventory import InventoryEngine


def inventory(folder: Path, openapi: Path | None = None, **files: str) -> list:
    """Write files (`a__b` is a/b.py) and return what the engine yields."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/", 1).replace("init", "__init__") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(content))
    return list(
        InventoryEngine().run(Target("kiln-1", "kiln", "1", "build", "internet", source=folder, openapi=openapi), ())
    )


def only(records, record_type, /, **having):
    return [r for r in records if isinstance(r, record_type) and all(getattr(r, k) == v for k, v in having.items())]


def endpoints(records):
    return {(e.method, e.route): e.handler for e in only(records, Endpoint)}


def parameters(records, route):
    return {(p.name, p.place): (p.type, p.is_required) for p in only(records, Parameter, route=route)}


def edges(records):
    return {(c.caller, c.callee) for c in only(records, Call) if c.callee_file}


# ── functions ─────────────────────────────────────────────────────────────────────────────────────────────

NESTED = '''
import functools

def plain(a, b=lambda x: x):
    """Doc."""
    def inner():
        class Local:
            def method(self):
                async def deep():
                    return [x for x in range(3)]
                return deep
        return Local
    return inner

class Outer:
    class Inner:
        @property
        def value(self):
            return 1

        @staticmethod
        def __private():
            def helper():
                pass
            return helper

    async def fetch(self):
        return (await x for x in y)

    if True:
        def conditional(self): pass

@functools.cache
def decorated():
    return 1

try:
    def tried(): pass
except ImportError:
    tried = None
'''


def qualified_names(code: CodeType) -> set[tuple[str, int]]:
    """(co_qualname, first line without decorators) of all functions in compiled code."""
    found = set()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if not constant.co_name.startswith("<") and constant.co_flags & 0x0002:  # CO_NEWLOCALS: no class body
                found.add(constant.co_qualname)
            found |= qualified_names(constant)
    return found


@pytest.mark.parametrize("module", ["written", "dataclasses", "contextlib", "functools", "enum", "typing"])
def test_qualified_names_are_those_of_cpython(tmp_path, module):
    source = NESTED if module == "written" else Path(__import__(module).__file__).read_text()
    records = inventory(tmp_path, sample=source)
    ours = {f.qualified_name.split("#")[0] for f in only(records, Function) if f.kind != "module"}
    expected = qualified_names(compile(source, "sample.py", "exec", dont_inherit=True))
    assert ours - expected == set() and len(ours) > 8
    # A class body is flagged like a function only where it closes over names; nothing else may be missing.
    classes = {name for name in expected - ours}
    assert all(f"class {name.split('.')[-1]}" in source for name in classes)


def test_lines_leave_decorators_out_and_the_file_has_an_entry_of_its_own(tmp_path):
    records = inventory(tmp_path, a="import x\n\n@x.y\ndef f():\n    return 1\n")
    function, module = only(records, Function, kind="function")[0], only(records, Function, kind="module")[0]
    assert (function.start_line, function.end_line, function.line_count) == (4, 5, 2)
    assert (module.qualified_name, module.start_line, module.end_line) == ("<module>", 1, 5)
    assert (module.module, function.kind) == ("a", "function")


def test_methods_are_told_from_functions(tmp_path):
    records = inventory(tmp_path, a="class A:\n    def m(self):\n        def n(): pass\n")
    assert {(f.qualified_name, f.kind) for f in only(records, Function)} == {
        ("<module>", "module"), ("A.m", "method"), ("A.m.<locals>.n", "function"),
    }  # fmt: skip


# ── Flask ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_flask_routes_methods_and_parameters_of_the_template(tmp_path):
    records = inventory(
        tmp_path,
        app="""
        from flask import Flask
        app = Flask(__name__)

        @app.route("/walls/<int:wall>/bricks/<path:name>", methods=["GET", "POST", "HEAD", "OPTIONS"])
        def bricks(wall, name): ...

        @app.delete("/walls/<wall>")
        def remove(wall): ...

        def late(): ...
        app.add_url_rule("/late", view_func=late, methods=("PUT",))
        """,
    )
    assert endpoints(records) == {
        ("GET", "/walls/{wall}/bricks/{name}"): "bricks",
        ("POST", "/walls/{wall}/bricks/{name}"): "bricks",
        ("DELETE", "/walls/{wall}"): "remove",
        ("PUT", "/late"): "late",
    }
    assert parameters(records, "/walls/{wall}/bricks/{name}") == {
        ("wall", "path"): ("integer", True),
        ("name", "path"): ("string", True),
    }


def test_blueprints_across_files_with_prefixes(tmp_path):
    records = inventory(
        tmp_path,
        pkg__init="""
        from flask import Flask
        from . import walls
        from .bricks import blueprint as bricks

        def create():
            app = Flask(__name__)
            walls.blueprint.register_blueprint(bricks)
            app.register_blueprint(walls.blueprint, url_prefix="/v2/walls")
            return app
        """,
        pkg__walls="""
        from flask import Blueprint
        blueprint = Blueprint("walls", __name__, url_prefix="/walls")

        @blueprint.get("/")
        def index(): ...
        """,
        pkg__bricks="""
        from flask import Blueprint
        PREFIX = "/bricks"
        blueprint = Blueprint("bricks", __name__, url_prefix=PREFIX)

        @blueprint.get("/<uuid:brick>")
        def show(brick): ...
        """,
    )
    assert endpoints(records) == {("GET", "/v2/walls/"): "index", ("GET", "/v2/walls/bricks/{brick}"): "show"}


def test_view_classes(tmp_path):
    records = inventory(
        tmp_path,
        app="""
        from flask import Flask
        from flask.views import MethodView
        app = Flask(__name__)

        class Wall(MethodView):
            def get(self, wall): ...
            def delete(self, wall): ...
            def helper(self): ...

        app.add_url_rule("/walls/<wall>", view_func=Wall.as_view("wall"))
        """,
    )
    assert endpoints(records) == {("GET", "/walls/{wall}"): "Wall.get", ("DELETE", "/walls/{wall}"): "Wall.delete"}


def test_what_flask_code_reads_from_the_request_is_a_parameter(tmp_path):
    records = inventory(
        tmp_path,
        app="""
        from flask import Flask, request
        from paging import page
        app = Flask(__name__)

        @app.post("/walls")
        def add():
            body = request.get_json()
            size = body["size"]
            colour = (request.json or {}).get("colour", "red")
            owner = body.get("owner", {}).get("name")
            request.args.get("page", 3, type=int)
            request.cookies["seen"]
            request.headers.get("X-Kiln")
            request.form.getlist("tag")
            return page()
        """,
        paging="""
        from flask import request

        def page():
            return request.args["size"]
        """,
    )
    assert parameters(records, "/walls") == {
        ("size", "json"): ("unknown", True),
        ("colour", "json"): ("unknown", False),
        ("owner.name", "json"): ("unknown", False),
        ("page", "query"): ("integer", False),
        ("size", "query"): ("string", True),
        ("seen", "cookie"): ("string", True),
        ("X-Kiln", "header"): ("string", False),
        ("tag", "form"): ("string", False),
    }
    assert [p.example for p in only(records, Parameter, name="page")] == ["3"]


# ── FastAPI ───────────────────────────────────────────────────────────────────────────────────────────────


def test_fastapi_routers_prefixes_and_mounts_across_files(tmp_path):
    records = inventory(
        tmp_path,
        main="""
        from fastapi import FastAPI
        import routes.walls as walls
        from routes import bricks

        app = FastAPI()
        inner = FastAPI()
        app.include_router(walls.router, prefix="/api")
        inner.include_router(bricks.router)
        app.mount("/inner", inner)

        @app.get("/files/{path:path}")
        async def files(path: str): ...
        """,
        routes__init="",
        routes__walls="""
        from fastapi import APIRouter
        from .bricks import router as bricks
        router = APIRouter(prefix="/walls")

        @router.post("")
        def add(): ...

        @router.api_route("/{wall}", methods=["PUT", "PATCH"])
        def change(wall: int): ...

        router.include_router(bricks, prefix="/{wall}")
        """,
        routes__bricks="""
        from fastapi import APIRouter
        router = APIRouter()

        @router.get("/bricks")
        def bricks(wall: int = 0): ...
        """,
    )
    assert endpoints(records) == {
        ("GET", "/files/{path}"): "files",
        ("POST", "/api/walls"): "add",
        ("PUT", "/api/walls/{wall}"): "change",
        ("PATCH", "/api/walls/{wall}"): "change",
        ("GET", "/api/walls/{wall}/bricks"): "bricks",
        ("GET", "/inner/bricks"): "bricks",
    }
    assert parameters(records, "/api/walls/{wall}/bricks") == {("wall", "path"): ("integer", True)}
    assert parameters(records, "/inner/bricks") == {("wall", "query"): ("integer", False)}


def test_fastapi_signatures(tmp_path):
    records = inventory(
        tmp_path,
        app="""
        from typing import Annotated, Optional
        from fastapi import Body, Cookie, Depends, FastAPI, Header, Query, Request
        from pydantic import BaseModel, Field
        app = FastAPI()

        class Size(BaseModel):
            width: int
            height: float = 2.5

        class Brick(BaseModel):
            name: str
            size: Size
            tags: list[str] = []
            note: Optional[str] = None
            colour: str = Field("red", alias="color")

        def paging(limit: int = 20, after: str | None = None): ...

        @app.post("/walls/{wall}")
        def add(
            request: Request, wall: int, brick: Brick, q: str, deep: Annotated[bool, Query()] = False,
            x_kiln: Annotated[str | None, Header()] = None, seen: str = Cookie(...), page=Depends(paging),
        ):
            request.query_params.get("extra")
        """,
    )
    assert parameters(records, "/walls/{wall}") == {
        ("wall", "path"): ("integer", True),
        ("q", "query"): ("string", True),
        ("deep", "query"): ("boolean", False),
        ("x-kiln", "header"): ("string", False),
        ("seen", "cookie"): ("string", True),
        ("limit", "query"): ("integer", False),
        ("after", "query"): ("string", False),
        ("extra", "query"): ("string", False),
        ("name", "json"): ("string", True),
        ("size.width", "json"): ("integer", True),
        ("size.height", "json"): ("number", False),
        ("tags[]", "json"): ("string", False),
        ("note", "json"): ("string", False),
        ("color", "json"): ("string", False),
    }


def test_a_prefix_that_cannot_be_told_is_a_skip_and_the_route_still_listed(tmp_path):
    records = inventory(
        tmp_path,
        app="""
        from fastapi import APIRouter, FastAPI
        from settings import settings
        app, router = FastAPI(), APIRouter()
        app = FastAPI()
        router = APIRouter()

        @router.get("/walls")
        def walls(): ...

        app.include_router(router, prefix=settings.prefix)
        app.include_router(made_elsewhere(), prefix="/x")
        """,
    )
    assert endpoints(records) == {("GET", "/walls"): "walls"}
    assert {skip.reason for skip in only(records, Skip)} == {"prefix_unknown", "router_unknown"}


def test_what_is_no_route_is_none(tmp_path):
    records = inventory(
        tmp_path,
        app="""
        import httpx
        from unittest import mock

        @mock.patch("/x")
        def test(): ...

        @cache.get("/y")
        def cached(): ...

        httpx.get("/z")
        """,
    )
    assert endpoints(records) == {}


# ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_calls_are_resolved_through_imports_aliases_instances_and_self(tmp_path):
    records = inventory(
        tmp_path,
        pkg__init="",
        pkg__store="""
        class Base:
            def load(self): ...

        class Store(Base):
            def __init__(self): self.clock = Clock()
            def all(self):
                self.load()
                self.clock.now()

        class Clock:
            def now(self): ...

        shared = Store()
        def connect(): ...
        """,
        pkg__use="""
        import pkg.store
        import pkg.store as s
        from .store import Store as S, connect as c, shared
        from . import store

        def one(): pkg.store.connect()
        def two(): s.connect()
        def three(): c()
        def four(): store.connect()
        def five():
            x = S()
            x.all()
        def six(): shared.load()
        def seven(given: "S"): given.all()
        def eight():
            def local(): one()
            local()
        def nine(pool): pool.submit(two, 1)
        """,
    )
    assert edges(records) >= {
        ("one", "connect"), ("two", "connect"), ("three", "connect"), ("four", "connect"),
        ("five", "Store.__init__"), ("five", "Store.all"), ("six", "Base.load"), ("seven", "Store.all"),
        ("eight", "eight.<locals>.local"), ("eight.<locals>.local", "one"), ("nine", "two"),
        ("Store.all", "Base.load"), ("Store.all", "Clock.now"), ("<module>", "Store.__init__"),
    }  # fmt: skip
    (handed,) = only(records, Call, caller="nine", callee="two")
    assert handed.is_approximate
    assert not any(c.is_approximate for c in only(records, Call, caller="five"))


def test_by_name_only_is_approximate_and_the_unresolved_stays_text(tmp_path):
    records = inventory(
        tmp_path,
        a="""
        class Kiln:
            def fire_up(self): ...
        def f(anything): anything.fire_up()
        def g(anything): anything.append(len(anything))
        """,
    )
    (known,) = only(records, Call, caller="f")
    assert (known.callee, known.callee_file, known.is_approximate) == ("Kiln.fire_up", "a.py", True)
    assert {(c.callee, c.callee_file) for c in only(records, Call, caller="g")} == {
        ("anything.append", None),
        ("len", None),
    }


def test_requests_to_other_services_tell_the_address(tmp_path):
    records = inventory(
        tmp_path,
        a="""
        import os
        import httpx, requests
        from urllib.request import urlopen
        BASE = "http://walls.example"
        OTHER = os.environ["OTHER"]
        client = httpx.Client(base_url=BASE + "/v1")

        def f(wall):
            httpx.get(f"{BASE}/walls/{wall}")
            client.post("/walls/%s/bricks" % wall)
            requests.request("PUT", OTHER + "/walls/" + wall)
            urlopen("http://{}/x".format(wall))

        async def g(url):
            async with httpx.AsyncClient() as http:
                await http.get(url)
        """,
    )
    assert {(c.caller, c.callee) for c in only(records, Call, kind="http")} == {
        ("f", "http://walls.example/walls/{}"),
        ("f", "http://walls.example/v1/walls/{}/bricks"),
        ("f", "{}/walls/{}"),
        ("f", "http://{}/x"),
        ("g", "{}"),
    }


# ── statements, files, API descriptions ───────────────────────────────────────────────────────────────────


def test_sql_in_the_source(tmp_path):
    records = inventory(
        tmp_path,
        a='''
        """select this from the documentation"""
        TABLE = "walls"
        def f(db, name):
            db.execute("select * from bricks where name = ?", (name,))
            db.execute(f"update {TABLE} set name = '{name}' where id = 1")
            db.execute("delete from " + TABLE)
            print("select an option")
        ''',
    )
    assert [(s.function, s.operation, s.tables) for s in only(records, Statement)] == [
        ("f", "read", ("bricks",)), ("f", "write", ("walls",)), ("f", "destroy", ("walls",)),
    ]  # fmt: skip


def test_a_file_with_syntax_errors_is_told_and_read_as_far_as_possible(tmp_path):
    records = inventory(tmp_path, good="def f(): ...", bad="def f(:\n", deep="x = " + "(" * 3_000 + ")" * 3_000)
    assert {f.file for f in only(records, ScannedFile)} >= {"good.py"}
    assert ("bad.py", "partly_parsed") in {(s.subject, s.reason) for s in only(records, Skip)}
    assert {f.file for f in only(records, Function)} >= {"good.py"}


def test_a_file_of_a_language_that_nobody_planned_for_counts_as_a_whole(tmp_path):
    (tmp_path / "kiln.lua").write_text("local x = 1\nprint(x)\n")
    records = inventory(tmp_path, good="def f(): ...")
    whole = only(records, Function, file="kiln.lua")
    assert [(f.kind, f.language, f.start_line, f.end_line) for f in whole] == [("module", "lua", 1, 2)]
    assert "kiln.lua" in {f.file for f in only(records, ScannedFile)}
    assert ("kiln.lua", "whole_file") in {(s.subject, s.reason) for s in only(records, Skip)}


def test_circles_end(tmp_path):
    records = inventory(
        tmp_path,
        a="from b import x, A\nx = x\nclass B(A): ...\ndef f(): B().go(); x.y()\n",
        b="from a import x, B\nfrom a import *\nx = x\nclass A(B): ...\n",
    )
    assert {f.file for f in only(records, ScannedFile)} == {"a.py", "b.py"}


def test_what_an_api_description_declares(tmp_path):
    path = tmp_path / "api.yaml"
    path.write_text("openapi: 3.0.0\npaths: {/walls: {get: {}}}\n")
    records = inventory(tmp_path / "source", openapi=path, a="a = 1")
    assert [(e.method, e.route, e.declared_by) for e in only(records, Endpoint)] == [("GET", "/walls", "openapi")]


def test_without_source_there_is_a_skip(tmp_path):
    (skip,) = InventoryEngine().run(Target("k", "kiln", "1", "b", "internet"), ())
    assert (skip.reason, skip.subject) == ("no_source", "kiln")


def test_a_source_that_is_no_folder_is_an_engine_error(tmp_path):
    with pytest.raises(EngineError, match="mend `source` in the manifest"):
        list(InventoryEngine().run(Target("k", "kiln", "1", "b", "internet", source=tmp_path / "none"), ()))
