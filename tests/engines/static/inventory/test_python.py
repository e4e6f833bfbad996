"""Frameworks of Python beyond Flask and FastAPI: lists of routes, tables, view classes, mounts."""

from tests.engines.static.inventory.written import endpoints, inventory, parameters


def test_django_includes_by_name_and_view_classes(tmp_path):
    records = inventory(
        tmp_path,
        {
            "kiln/__init__.py": "",
            "kiln/urls.py": """
                from django.contrib import admin
                from django.urls import include, path, re_path
                from walls import views
                from walls.views import Wall
                urlpatterns = [
                    path("walls/", include("walls.urls")),
                    path("health", views.health),
                    re_path(r"^old/(?P<year>[0-9]{4})/$", views.old),
                    path("admin/", admin.site.urls),
                ]
            """,
            "walls/__init__.py": "",
            "walls/urls.py": """
                from django.urls import path
                from . import views
                urlpatterns = [
                    path("", views.listing),
                    path("<int:pk>/", views.Wall.as_view(), name="wall"),
                ]
            """,
            "walls/views.py": """
                from django.views import View
                def health(request): ...
                def old(request, year): ...
                def listing(request):
                    request.GET["colour"]
                    if request.method == "POST":
                        request.POST.get("name")
                class Wall(View):
                    def get(self, request, pk): ...
                    def delete(self, request, pk): ...
            """,
        },
    )
    found = endpoints(records)
    assert found == {
        ("GET", "/walls/"): "listing",
        ("POST", "/walls/"): "listing",
        ("GET", "/walls/{pk}/"): "Wall.get",
        ("DELETE", "/walls/{pk}/"): "Wall.delete",
        ("GET", "/health"): "health",
        ("GET", "/old/{year}/"): "old",
    }
    assert parameters(records, "/walls/") == {("colour", "query"), ("name", "form")}


def test_aiohttp_tables_lists_and_inner_applications(tmp_path):
    records = inventory(
        tmp_path,
        {
            "app.py": """
                from aiohttp import web
                from walls import routes
                inner = web.Application()
                async def show(request):
                    data = await request.post()
                    return web.json_response([request.match_info["id"], request.query.get("colour"), data["name"]])
                async def stats(request): ...
                def create():
                    app = web.Application()
                    app.router.add_post("/bricks/{id:[0-9]+}", show)
                    app.add_routes([web.get("/stats", stats)])
                    app.add_routes(routes)
                    app.add_subapp("/inner", inner)
                    inner.router.add_get("/deep", stats)
                    return app
            """,
            "walls.py": """
                from aiohttp import web
                routes = web.RouteTableDef()
                @routes.get("/walls")
                async def walls(request): ...
            """,
        },
    )
    assert endpoints(records) == {
        ("POST", "/bricks/{id}"): "show",
        ("GET", "/stats"): "stats",
        ("GET", "/walls"): "walls",
        ("GET", "/inner/deep"): "stats",
    }
    assert parameters(records, "/bricks/{id}") == {("id", "path"), ("colour", "query"), ("name", "form")}


def test_bottle(tmp_path):
    records = inventory(
        tmp_path,
        {
            "app.py": """
                from bottle import Bottle, request, route, post
                api = Bottle()
                root = Bottle()
                root.mount("/api", api)
                @route("/walls/<wall:int>")
                def wall(wall): return request.query.colour
                @post("/walls")
                def add(): return request.forms.get("name")
                @api.route("/bricks", method=["GET", "POST"])
                def bricks(): ...
            """
        },
    )
    assert endpoints(records) == {
        ("GET", "/walls/{wall}"): "wall", ("POST", "/walls"): "add", ("GET", "/api/bricks"): "bricks",
        ("POST", "/api/bricks"): "bricks",
    }  # fmt: skip
    assert parameters(records, "/walls/{wall}") == {("wall", "path"), ("colour", "query")}


def test_starlette_lists(tmp_path):
    records = inventory(
        tmp_path,
        {
            "app.py": """
                from starlette.applications import Starlette
                from starlette.routing import Mount, Route
                async def home(request): ...
                async def user(request): return request.path_params["name"]
                app = Starlette(routes=[
                    Route("/", home),
                    Mount("/users", routes=[Route("/{name:str}", user, methods=["GET", "PUT"])]),
                ])
            """
        },
    )
    assert endpoints(records) == {
        ("GET", "/"): "home", ("GET", "/users/{name}"): "user", ("PUT", "/users/{name}"): "user",
    }  # fmt: skip


def test_django_decorators_leave_some_methods_to_a_view(tmp_path):
    records = inventory(
        tmp_path,
        {
            "urls.py": """
                from django.urls import path
                import views
                urlpatterns = [
                    path("bricks", views.bricks), path("walls", views.walls), path("moulds", views.moulds),
                    path("clay", views.clay),
                ]
            """,
            "views.py": """
                from django.views.decorators.http import require_http_methods, require_POST
                from rest_framework.decorators import api_view
                @require_http_methods(["GET", "PUT"])
                def bricks(request): ...
                @api_view(["DELETE"])
                def walls(request): ...
                @require_POST
                def moulds(request): ...
                @api_view()
                def clay(request): ...
            """,
        },
    )
    assert set(endpoints(records)) == {
        ("GET", "/bricks"), ("PUT", "/bricks"), ("DELETE", "/walls"), ("POST", "/moulds"), ("GET", "/clay"),
    }  # fmt: skip


def test_sanic_blueprints_views_and_requests(tmp_path):
    records = inventory(
        tmp_path,
        {
            "app.py": """
                from sanic import Sanic
                from kiln.walls import walls, Bricks
                app = Sanic("kiln")
                app.blueprint(walls)
                app.add_route(Bricks.as_view(), "/bricks/<brick:int>")
                @app.route("/fire", methods=["POST"])
                async def fire(request):
                    return request.json["heat"], request.args.get("colour"), request.headers.get("X-Kiln")
            """,
            "kiln/__init__.py": "",
            "kiln/walls.py": """
                from sanic import Blueprint
                from sanic.views import HTTPMethodView
                walls = Blueprint("walls", url_prefix="/walls")
                @walls.get("/<wall:uuid>")
                async def wall(request, wall): ...
                class Bricks(HTTPMethodView):
                    async def get(self, request, brick): ...
                    async def delete(self, request, brick): ...
            """,
        },
    )
    assert endpoints(records) == {
        ("POST", "/fire"): "fire",
        ("GET", "/walls/{wall}"): "wall",
        ("GET", "/bricks/{brick}"): "Bricks.get",
        ("DELETE", "/bricks/{brick}"): "Bricks.delete",
    }
    assert parameters(records, "/fire") == {("heat", "json"), ("colour", "query"), ("X-Kiln", "header")}
