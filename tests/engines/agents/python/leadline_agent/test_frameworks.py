"""Each framework behind each of its servers: one server span per request, the template, the status, what ran for it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engines.agents.python.collector import INTERNAL, SERVER, Collector, Span, under
from tests.engines.agents.python.running import SERVICES, service
from tests.ports import free_port

WEB = SERVICES / "web"
CALLER = "b7ad6b7169203331"
WEBSOCKET = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
             "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """A request, its status, the template it must be told with, and functions that ran for it."""

    method: str
    path: str
    status: int
    route: str
    ran: tuple[str, ...] = ()


COMMON = (
    Expected("GET", "/stream", 200, "/stream", ("part",)),
    Expected("GET", "/broken", 500, "/broken", ("broken",)),
    Expected("GET", "/later", 200, "/later", ("later",)),
    Expected("GET", "/nowhere", 404, ""),
)
ITEMS = "/outer/inner/items/{item}"
APPLICATIONS: dict[str, tuple[Expected, ...]] = {
    "flask": (
        Expected("GET", "/outer/inner/items/7?page=2", 200, ITEMS, ("item", "lookup")),
        Expected("PUT", "/outer/inner/items/7", 200, ITEMS, ("item", "lookup")),
        Expected("POST", "/things/a/b", 201, "/things/{name}", ("Things.post", "lookup")),
        Expected("GET", "/admin/users/eve", 200, "/admin/users/{user}", ("user", "lookup")),
        *COMMON,
    ),
    "fastapi": (
        Expected("GET", "/outer/inner/items/7?page=2", 200, ITEMS, ("item", "lookup")),
        Expected("PUT", "/outer/inner/items/7", 200, ITEMS, ("put_item", "lookup")),
        Expected("GET", "/outer/inner/items/x", 422, ITEMS),
        Expected("DELETE", "/outer/inner/items/7", 405, ITEMS),
        Expected("POST", "/api/things/a/b", 201, "/api/things/{name}", ("things", "lookup")),
        Expected("GET", "/old/users/eve", 200, "/old/users/{user}", ("user", "lookup")),
        Expected("GET", "/much-later", 200, "/much-later", ("much_later",)),
        Expected("GET", "/socket/eve", 101, "/socket/{room}", ("socket", "lookup")),
        *COMMON,
    ),
    "starlette": (
        Expected("GET", "/outer/inner/items/7?page=2", 200, ITEMS, ("Item.get", "lookup")),
        Expected("POST", "/things/a/b", 201, "/things/{name}", ("things", "lookup")),
        *COMMON,
    ),
    "django": (
        Expected("GET", "/outer/inner/items/7?page=2", 200, ITEMS, ("item", "lookup")),
        Expected("POST", "/things/a/b", 201, "/things/{name}", ("Things.post", "lookup")),
        Expected("GET", "/asked/2024/m-may/", 200, "/asked/{year}/m-{month}/", ("asked", "lookup")),
        *COMMON,
    ),
    "aiohttp": (
        Expected("GET", "/outer/inner/items/7?page=2", 200, ITEMS, ("item", "lookup")),
        Expected("POST", "/things/a/b", 201, "/things/{name}", ("Things.post", "lookup")),
        Expected("GET", "/away", 302, "/away", ("away",)),
        *COMMON,
    ),
    "bottle": (
        Expected("GET", "/outer/inner/items/7?page=2", 200, ITEMS, ("item", "lookup")),
        Expected("PUT", "/outer/inner/items/7", 200, ITEMS, ("item", "lookup")),
        Expected("POST", "/things/a/b", 201, "/things/{name}", ("things", "lookup")),
        Expected("GET", "/coded/ab-1", 200, "/coded/{code}", ("coded", "lookup")),
        *COMMON,
    ),
    "plain": (
        Expected("GET", "/anything", 200, "", ("lookup",)),
        Expected("GET", "/stream", 200, "", ("part",)),
        Expected("GET", "/broken", 500, ""),
        Expected("GET", "/later", 200, "", ("leave_behind",)),
        Expected("GET", "/nowhere", 404, ""),
    ),
}
PORT = "{port}"
SERVED: dict[str, tuple[str, ...]] = {  # "application server" → how it is started
    "flask werkzeug": ("flask", "--app", "flask_app", "run", "--port", PORT),
    "flask waitress": ("flask_app.py", "waitress"),
    "flask wsgiref": ("flask_app.py", "wsgiref"),
    "flask gunicorn": ("gunicorn", "--workers", "2", "--bind", "127.0.0.1:" + PORT, "flask_app:app"),
    "flask gevent": ("gevent_app.py",),
    "fastapi uvicorn": ("uvicorn", "--port", PORT, "fastapi_app:app"),
    "fastapi hypercorn": ("hypercorn", "--bind", "127.0.0.1:" + PORT, "fastapi_app:app"),
    "starlette uvicorn": ("uvicorn", "--port", PORT, "starlette_app:app"),
    "starlette gunicorn": ("gunicorn", "-k", "asgi", "--bind", "127.0.0.1:" + PORT, "starlette_app:app"),
    "django runserver": ("django_app.py",),
    "django gunicorn": ("gunicorn", "-k", "gthread", "--bind", "127.0.0.1:" + PORT, "django_app:wsgi"),
    "django uvicorn": ("uvicorn", "--port", PORT, "--lifespan", "off", "django_app:asgi"),
    "aiohttp aiohttp": ("aiohttp_app.py",),
    "bottle wsgiref": ("bottle_app.py",),
    "bottle gunicorn": ("gunicorn", "--bind", "127.0.0.1:" + PORT, "bottle_app:app"),
    "plain gunicorn": ("gunicorn", "--bind", "127.0.0.1:" + PORT, "plain_app:wsgi"),
    "plain uvicorn": ("uvicorn", "--port", PORT, "--lifespan", "off", "plain_app:asgi"),
}


def asked(port: int, expected: Expected, number: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"traceparent": f"00-{number:032x}-{CALLER}-01", **(WEBSOCKET if expected.status == 101 else {})}
    try:
        connection.request(expected.method, expected.path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status
    except (http.client.HTTPException, OSError):
        return 500  # a server may close the connection of an application that raised
    finally:
        connection.close()


@dataclass
class Recorded:
    statuses: dict[tuple[str, int], int]
    spans: list[Span]
    errors: dict[str, list[str]]


@pytest.fixture(scope="module")
def recorded(python: Path) -> Iterator[Recorded]:
    """All applications at once on one interpreter, each request in a trace of its own."""
    statuses, errors = {}, {}
    with Collector() as collector:
        with ExitStack() as stack:
            ports = {name: free_port() for name in SERVED}
            with ThreadPoolExecutor(4) as pool:

                def begin(name: str) -> None:
                    arguments = [argument.replace(PORT, str(ports[name])) for argument in SERVED[name]]
                    running = service(name, python, WEB, arguments, collector.endpoint, ports[name])
                    errors[name] = stack.enter_context(running)

                list(pool.map(begin, SERVED))
            for number, (name, expected) in requests().items():
                statuses[name, number] = asked(ports[name], expected, number)
            lates = len(SERVED) + sum(name.startswith("fastapi") for name in SERVED)
            collector.until(lambda spans: sum(span.function == "late" for span in spans) >= lates)
            spans = collector.until(lambda spans: sum(span.kind == SERVER for span in spans) >= len(requests()))
        yield Recorded(statuses, spans, errors)


def requests() -> dict[int, tuple[str, Expected]]:
    """Every request under its number, which is its trace id."""
    every = [(name, expected) for name in SERVED for expected in APPLICATIONS[name.split()[0]]]
    return dict(enumerate(every, 1))


NAMED = [pytest.param(number, id=f"{name}: {e.method} {e.path}") for number, (name, e) in requests().items()]


@pytest.mark.parametrize("number", NAMED)
def test_a_request_is_one_server_span_with_its_template(recorded: Recorded, number: int) -> None:
    name, expected = requests()[number]
    [served] = [span for span in recorded.spans if span.kind == SERVER and span.trace == f"{number:032x}"]
    path, _, query = expected.path.partition("?")
    assert recorded.statuses[name, number] == expected.status
    assert (served.service, served.parent, served.route) == (name, CALLER, expected.route)
    assert (served.told["http.request.method"], served.told["url.path"]) == (expected.method, path)
    assert served.told.get("url.query", "") == query
    assert served.name == f"{expected.method} {expected.route}".strip()
    assert served.is_error is (expected.status == 500)
    is_answered = expected.status != 500 or served.status is not None
    assert served.status == expected.status and is_answered
    ran = {span.function for span in under(served, recorded.spans)}
    assert ran >= set(expected.ran)


@pytest.mark.parametrize("name", SERVED)
def test_what_a_request_left_behind_is_found_below_it(recorded: Recorded, name: str) -> None:
    paths = {"/later", "/much-later"}
    numbers = [n for n, (server, e) in requests().items() if server == name and e.path in paths]
    assert numbers
    for number in numbers:
        mine = [span for span in recorded.spans if span.trace == f"{number:032x}"]
        [served] = [span for span in mine if span.kind == SERVER]
        [late] = [span for span in under(served, mine) if span.function == "late"]
        assert late.told["code.file.path"] == "shared.py" and late.told["leadline.calls"] == 1
        assert len([span for span in mine if span.kind == INTERNAL]) == len(under(served, mine))


def test_the_agent_had_nothing_to_complain_of(recorded: Recorded) -> None:
    complaints = [line for lines in recorded.errors.values() for line in lines if line.startswith("leadline_agent")]
    assert [line for line in complaints if "requests without a route" not in line] == []  # the plain ones
