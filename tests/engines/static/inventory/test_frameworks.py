"""A framework is data: the example of the languages' page is one, and tells what its comments say."""

import re
import shutil
from functools import partial

import pytest

from engines.contract import EngineError
from engines.static.files import LANGUAGES
from engines.static.inventory import frameworks
from engines.static.language_data import LanguageError
from engines.static.reading import read
from engines.static.reading.language import load
from tests.engines.static.inventory.written import endpoints, inventory, parameters

README = (LANGUAGES / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def python(tmp_path, monkeypatch):
    """The folder of Python, to be written in."""
    folder = tmp_path / "languages" / "python"
    shutil.copytree(LANGUAGES / "python", folder)
    monkeypatch.setattr(frameworks, "LANGUAGES", folder.parent)
    monkeypatch.setattr(read, "load", partial(load, languages=folder.parent))
    cached = (frameworks.knowledge, frameworks.names_in, frameworks.naming)
    for each in cached:
        each.cache_clear()
    yield folder
    for each in cached:
        each.cache_clear()


def test_the_example_of_the_page_is_a_framework(tmp_path, python):
    (example,) = re.findall(r"```yaml\n(frameworks:\n  kiln:.*?)```", README, re.DOTALL)
    (python / "frameworks.yaml").write_text(example)
    records = inventory(
        tmp_path / "source",
        {
            "app.py": """
                from kiln import App, request
                from bricks import router
                app = App()
                app.include(router, prefix="/v1")
                @app.route("/walls/<int:wall>", methods=["PUT"])
                def wall(wall): ...
                def show():
                    return request.query["colour"], request.query.get("size"), request.header("X-Kiln")
                app.get("/show", show)
            """,
            "bricks.py": """
                import kiln as oven
                router = oven.Router(prefix="/bricks")
                @router.get("/<brick>")
                def brick(brick): ...
            """,
        },
    )
    assert endpoints(records) == {
        ("PUT", "/walls/{wall}"): "wall",
        ("GET", "/show"): "show",
        ("GET", "/v1/bricks/{brick}"): "brick",
    }
    assert parameters(records, "/show") == {("colour", "query"), ("size", "query"), ("X-Kiln", "header")}


@pytest.mark.parametrize("other", ["python", "pyhton"])
def test_what_is_extended_must_be_another_language(python, other):
    (python / "frameworks.yaml").write_text(f"extends: {other}\n")
    with pytest.raises(LanguageError, match=f"python/frameworks.yaml: at extends: '{other}' is no other language"):
        frameworks.knowledge("python")


def test_what_is_wrong_ends_the_engine_with_a_sentence(tmp_path, python):
    (python / "frameworks.yaml").write_text("framework: {}\n")
    with pytest.raises(EngineError, match="'framework' was unexpected; valid: extends, frameworks"):
        inventory(tmp_path / "source", {"app.py": ""})
