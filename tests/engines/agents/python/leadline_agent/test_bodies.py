"""Parameters in bodies are told as each framework parsed them; what the service did not read is not read."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.engines.agents.python.conftest import python_of
from tests.engines.agents.python.environments import AGENT, VERSIONS

BODIES = Path(__file__).parent / "bodies"
FRAMEWORKS = ("flask", "starlette", "django", "aiohttp", "bottle")
DOCUMENT = {
    "user.name": "ann", "user.age": "7", "tags.0": "a", "tags.1": "true", "tags.2": "null", "far": "1.5",
}  # fmt: skip

Noted = dict[str, dict[str, dict[str, str]]]


@pytest.fixture(scope="module", params=VERSIONS)
def noted(request: pytest.FixtureRequest) -> Noted:
    python = python_of(request.param)
    environment = {**os.environ, "PYTHONPATH": str(AGENT)}
    done = subprocess.run(
        [str(python), "run.py"], cwd=BODIES, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and "leadline_agent" not in done.stderr, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_form_and_a_document_are_told_by_name(noted: Noted, framework: str):
    assert noted[f"{framework}_form"] == {"form": {"name": "ann", "note": "a b"}}
    assert noted[f"{framework}_json"] == {"json": DOCUMENT}


def test_fastapi_parses_for_its_handlers(noted: Noted):
    assert noted["fastapi_form"] == {"form": {"name": "ann"}}
    assert noted["fastapi_json"] == {"json": DOCUMENT}


def test_of_an_uploaded_file_only_its_name_is_told(noted: Noted):
    assert noted["flask_file"] == {"form": {"name": "ann"}, "file": {"picture": "../me.png"}}


def test_what_the_service_did_not_read_is_not_told(noted: Noted):
    assert noted["flask_unread"] == {}
    assert noted["flask_no_json"] == {}


def test_a_body_is_bounded_and_says_so(noted: Noted):
    told = noted["huge"]
    assert len(json.dumps(told)) < 20_000 and told["truncated"] == {}
    assert set(map(len, told["json"].values())) == {1_000}
    assert noted["deep"] == {"json": {".".join("a" * 10): "<dict>"}}


def test_a_document_that_is_no_object_has_no_name(noted: Noted):
    assert noted["no_object"] == {"json": {"": "ann"}}
