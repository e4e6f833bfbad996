"""Every way to write a template comes out with its parameters as `{name}`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.engines.agents.python.environments import AGENT

WRITTEN = {
    "flask": {
        "/": "/",
        "/users/<user>": "/users/{user}",
        "/a/<int:number>/<path:rest>": "/a/{number}/{rest}",
        "/b/<any(x, y):which>/<string(length=2):code>": "/b/{which}/{code}",
    },
    "braces": {
        "/users/{user}": "/users/{user}",
        "/files/{rest:path}": "/files/{rest}",
        r"/n/{number:\d{1,3}}/{other:[^/]+}": "/n/{number}/{other}",
    },
    "bottle": {
        "/users/<user>": "/users/{user}",
        "/a/<number:int>/<rest:path>": "/a/{number}/{rest}",
        r"/b/<code:re:[a-z]{2}(?:-\d+)?>": "/b/{code}",
        "/old/:name/:number#[0-9]+#": "/old/{name}/{number}",
    },
    "django": {
        "": "/",
        "users/<user>/": "/users/{user}/",
        "a/<int:number>/b/<slug:name>": "/a/{number}/b/{name}",
        r"^articles/(?P<year>[0-9]{4})/$": "/articles/{year}/",
        r"^x/(?P<name>[^/)]+)\.html$": "/x/{name}.html",
        r"outer/^inner/(?P<a>(b|c)+)/(?:page-(?P<n>\d+)/)?\Z": "/outer/inner/{a}/page-{n}/",
        r"^(\w+)/([0-9]+)$": "/{1}/{2}",
        r"^(?i:hidden)/(?=a)\d\Z": "/hidden/d",
        r"^(unclosed/[a-z": "/{1}",
    },
}


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, str]]:
    """What the agent makes of them, asked in a process of its own, as it shares no interpreter with us."""
    code = (
        "import json, sys; from leadline_agent import routes; "
        "print(json.dumps({n: {t: getattr(routes, n)(t) for t in ts} for n, ts in json.load(sys.stdin).items()}))"
    )
    given = json.dumps({name: list(templates) for name, templates in WRITTEN.items()})
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=AGENT, input=given, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(("framework", "written"), [(name, text) for name, texts in WRITTEN.items() for text in texts])
def test_a_template(told: dict, framework: str, written: str) -> None:
    assert told[framework][written] == WRITTEN[framework][written]
