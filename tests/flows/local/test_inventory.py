"""`leadline inventory`: everything that a source holds, on a page or as JSON."""

import json

import pytest

from tests.command import leadline

SOURCE = """
from flask import Flask, request
app = Flask(__name__)

@app.get("/walls/<int:wall>")
def show(wall):
    return load(request.args["colour"])

def load(colour):
    return query("select id from walls where colour = ?", (colour,))
"""


@pytest.fixture
def source(tmp_path):
    (tmp_path / "app.py").write_text(SOURCE)
    (tmp_path / "notes.lua").write_text("print(1)\n")
    (tmp_path / "old.py").write_bytes(b"x = '\xff'\n")
    return tmp_path


def test_a_page_tells_endpoints_parameters_reach_and_what_was_not_read(source):
    said = leadline("inventory", str(source), "--no-cache").out
    assert "GET    /walls/{wall}  (wall, query:colour)" in said
    assert "show  app.py:6, reaches 1 function" in said
    assert "1 to functions of this source" in said
    assert "1 SQL statement\n" in said
    assert "non utf8: old.py" in said


def test_json_holds_everything_with_counts(source):
    told = json.loads(leadline("inventory", str(source), "--json", "--no-cache").out)
    assert told["counts"]["endpoints"] == len(told["endpoints"]) == 1
    assert {each["function"] for each in told["endpoints"][0]["reaches"]} == {"show", "load"}
    assert {each["name"] for each in told["parameters"]} == {"wall", "colour"}
    assert ("old.py", "non_utf8") in {(each["subject"], each["reason"]) for each in told["skips"]}
    assert {"show", "load", "<module>"} <= {each["qualified_name"] for each in told["functions"]}


def test_without_endpoints_or_files_it_says_what_that_means(tmp_path):
    (tmp_path / "notes.strange").write_text("print(1)\n")
    nothing = leadline("inventory", str(tmp_path), "--no-cache").out
    assert nothing.startswith("No file was read") and "endpoint" not in nothing and "notes.strange" in nothing
    (tmp_path / "app.py").write_text("def f():\n    return g()\n")
    said = leadline("inventory", str(tmp_path), "--no-cache").out
    assert "0 endpoints\nNo file declares one" in said and "1 call: " in said


def test_no_folder_is_wrong_usage(tmp_path):
    answer = leadline("inventory", str(tmp_path / "none"))
    assert answer.status == 64 and "is no folder" in answer.err
