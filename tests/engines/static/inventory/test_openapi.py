"""What OpenAPI 2 and 3 files declare, and what is refused."""

import json

import pytest

from engines.contract import Endpoint, EngineError, Parameter, Target
from engines.static.inventory.openapi import declared

TARGET = Target("kiln-1", "kiln", "1", "build", "internet")
THREE = """
openapi: 3.1.0
servers: [{url: "https://kiln.example/v1/"}]
paths:
  /walls/{wall}:
    parameters:
      - {$ref: "#/components/parameters/wall"}
    get:
      parameters:
        - {name: q, in: query, schema: {type: string, default: red}}
        - {name: X-Kiln, in: header, required: true, schema: {type: boolean}}
        - {name: seen, in: cookie, example: abc, schema: {}}
    head: {}
    options: {}
    post:
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: "#/components/schemas/Brick"}}
    put:
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {properties: {name: {type: string, enum: [a, b]}}}}
components:
  parameters:
    wall: {name: wall, in: path, required: true, schema: {type: integer}}
  schemas:
    Brick:
      required: [name, size]
      properties:
        name: {type: string, example: klinker}
        size: {required: [width], properties: {width: {type: number}, note: {type: string}}}
        tags: {type: array, items: {type: string}}
        inner: {$ref: "#/components/schemas/Brick"}
"""


def observed(tmp_path, content):
    path = tmp_path / "api.yaml"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return list(declared(TARGET, path))


def parameters(records, method):
    return {
        (p.name, p.place): (p.type, p.is_required, p.example)
        for p in records
        if isinstance(p, Parameter) and p.method == method
    }


def test_endpoints_stand_under_the_path_of_the_server_and_are_marked_as_declared(tmp_path):
    endpoints = [r for r in observed(tmp_path, THREE) if isinstance(r, Endpoint)]
    assert [(e.method, e.route) for e in endpoints] == [
        ("GET", "/v1/walls/{wall}"), ("POST", "/v1/walls/{wall}"), ("PUT", "/v1/walls/{wall}"),
    ]  # fmt: skip
    assert all(e.declared_by == "openapi" and e.handler is None and e.file is None for e in endpoints)


def test_parameters_of_all_places_with_types_and_examples(tmp_path):
    records = observed(tmp_path, THREE)
    wall = {("wall", "path"): ("integer", True, None)}
    assert parameters(records, "GET") == wall | {
        ("q", "query"): ("string", False, "red"),
        ("X-Kiln", "header"): ("boolean", True, None),
        ("seen", "cookie"): ("unknown", False, "abc"),
    }
    assert parameters(records, "PUT") == wall | {("name", "form"): ("string", False, "a")}


def test_bodies_are_their_leaves_and_a_schema_within_itself_ends(tmp_path):
    fields = parameters(observed(tmp_path, THREE), "POST")
    assert fields["name", "json"] == ("string", True, "klinker")
    assert fields["size.width", "json"] == ("number", True, None)
    assert fields["size.note", "json"] == ("string", False, None)
    assert fields["tags[]", "json"] == ("string", False, None)
    assert len(fields) < 100


def test_version_2(tmp_path):
    records = observed(
        tmp_path,
        {
            "swagger": "2.0",
            "basePath": "/api",
            "paths": {
                "/walls": {
                    "post": {
                        "parameters": [
                            {"name": "tag", "in": "formData", "type": "string"},
                            {"name": "b", "in": "body", "schema": {"properties": {"name": {"type": "string"}}}},
                        ]
                    }
                }
            },
        },
    )
    assert [(e.method, e.route) for e in records if isinstance(e, Endpoint)] == [("POST", "/api/walls")]
    assert set(parameters(records, "POST")) == {("tag", "form"), ("name", "json")}


@pytest.mark.parametrize(
    "content",
    [
        "<html></html>", "{", "[1]", "just: yaml", "a: [", "[" * 50_000,
        "openapi: 3.0.0\na: &a [x]\npaths: {/x: *a}", "openapi: !!python/object/apply:os.system [x]",
    ],
)  # fmt: skip
def test_what_is_no_openapi_file_is_one_sentence(tmp_path, content):
    with pytest.raises(EngineError, match=r"^api\.yaml is no OpenAPI file"):
        observed(tmp_path, content)


@pytest.mark.parametrize(
    "paths",
    [
        {},
        [],
        None,
        {"/x": None},
        {"/x": {"get": 7}},
        {"/x": {"$ref": "#/paths/~1x"}},
        {"/x": {"$ref": "http://e.example/"}},
    ],
)
def test_odd_paths_declare_nothing_and_end(tmp_path, paths):
    assert not [r for r in observed(tmp_path, {"openapi": "3.0.0", "paths": paths}) if isinstance(r, Endpoint)]


def test_an_absent_file_is_one_sentence(tmp_path):
    with pytest.raises(EngineError, match="mend `openapi` in the manifest"):
        list(declared(TARGET, tmp_path / "none.yaml"))
