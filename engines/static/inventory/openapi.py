"""Endpoints and parameters that an OpenAPI 2 or 3 file declares (https://spec.openapis.org/)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from engines import untrusted_yaml
from engines.contract import Endpoint, EngineError, Parameter, Skip, Target, Technique

MAX_BYTES = 5_000_000
_METHODS = ("get", "post", "put", "patch", "delete")
_PLACES = {"query": "query", "path": "path", "header": "header", "cookie": "cookie", "formData": "form"}
_TYPES = ("string", "integer", "number", "boolean")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MAX_DEPTH = 6

Json = Mapping[str, Any]


def declared(target: Target, path: Path) -> Iterator[Endpoint | Parameter | Skip]:
    """Yield what the file declares. Raises `EngineError` when it is no OpenAPI file."""
    document = _load(path)
    base = _base_path(document)
    for route, item in _mapping(document.get("paths")).items():
        shared = _mapping(_resolved(document, item)).get("parameters") or []
        for method, operation in _mapping(_resolved(document, item)).items():
            if method not in _METHODS or not isinstance(operation, dict):
                continue
            full = base + (route if route.startswith("/") else "/" + route)
            handler = {"handler": None, "file": None, "line": None, "declared_by": "openapi"}
            yield Endpoint(target.service, target.build_id, method.upper(), full, **handler)
            seen: set[tuple[str, str]] = set()
            for name, place, kind, required, example in _parameters(document, operation, shared):
                if (name, place) not in seen:
                    seen.add((name, place))
                    yield Parameter(
                        target.service,
                        target.build_id,
                        method.upper(),
                        full,
                        name,
                        place,
                        kind,
                        required,
                        example,
                        "openapi",
                    )
    if not document.get("paths"):
        yield Skip(target.service, Technique.INVENTORY, "file", path.name, "no_paths", "The API file declares no path.")


def _load(path: Path) -> Json:
    wrong = f"{path.name} is no OpenAPI file: name a JSON or YAML file with `openapi` or `swagger` and `paths`."
    try:
        if path.stat().st_size > MAX_BYTES:
            raise EngineError(f"{path.name} is larger than {MAX_BYTES} bytes: split the API description.")
        content = path.read_text(encoding="utf-8")
        document = json.loads(content) if content.lstrip().startswith("{") else untrusted_yaml.load(content)
    except OSError as error:
        raise EngineError(f"{path.name} cannot be read ({error.strerror}): mend `openapi` in the manifest.") from error
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise EngineError(wrong) from error
    if not isinstance(document, dict) or not ({"openapi", "swagger"} & set(document)):
        raise EngineError(wrong)
    return document


def _base_path(document: Json) -> str:
    if "swagger" in document:
        return str(document.get("basePath") or "").rstrip("/")
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], dict) else {}
    return urlsplit(str(first.get("url") or "")).path.rstrip("/")


Declared = tuple[str, str, str, bool, str | None]


def _parameters(document: Json, operation: Json, shared: Any) -> Iterator[Declared]:
    own = operation.get("parameters") or []
    for raw in [*(own if isinstance(own, list) else []), *(shared if isinstance(shared, list) else [])]:
        parameter = _mapping(_resolved(document, raw))
        schema = _mapping(_resolved(document, parameter.get("schema", parameter)))
        if parameter.get("in") == "body":
            yield from _fields(document, schema, "json", "", bool(parameter.get("required")))
        elif parameter.get("in") in _PLACES and isinstance(parameter.get("name"), str):
            example = _example(parameter, schema)
            place = _PLACES[parameter["in"]]
            yield parameter["name"], place, _type(schema), bool(parameter.get("required")), example
    body = _mapping(_resolved(document, operation.get("requestBody")))
    for media, content in _mapping(body.get("content")).items():
        place = "form" if media in _FORMS else "json" if "json" in media else None
        schema = _mapping(_resolved(document, _mapping(content).get("schema")))
        if place:
            yield from _fields(document, schema, place, "", bool(body.get("required")))


def _fields(
    document: Json, schema: Json, place: str, prefix: str, required: bool, depth: int = 0
) -> Iterator[Declared]:
    """Yield the leaves of an object with dotted names; elements of an array behind `[]`."""
    if depth > _MAX_DEPTH:
        return
    for part in schema.get("allOf") or []:
        yield from _fields(document, _mapping(_resolved(document, part)), place, prefix, required, depth + 1)
    needed = schema.get("required") if isinstance(schema.get("required"), list) else []
    for name, raw in _mapping(schema.get("properties")).items():
        field = _mapping(_resolved(document, raw))
        marker = ""
        if field.get("type") == "array":
            field, marker = _mapping(_resolved(document, field.get("items"))), "[]"
        if field.get("properties") or field.get("allOf"):
            inner = f"{prefix}{name}{marker}."
            yield from _fields(document, field, place, inner, required and name in needed, depth + 1)
        else:
            yield f"{prefix}{name}{marker}", place, _type(field), required and name in needed, _example(field, field)


def _resolved(document: Json, node: Any) -> Any:
    """Follow `$ref` within the document; a reference elsewhere, or a circle, gives nothing."""
    for _ in range(10):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return node
        if not node["$ref"].startswith("#/"):
            return {}
        found: Any = document
        for step in node["$ref"][2:].split("/"):
            found = _mapping(found).get(step.replace("~1", "/").replace("~0", "~"))
        node = found
    return {}


def _mapping(node: Any) -> Json:
    return {str(key): value for key, value in node.items()} if isinstance(node, dict) else {}


def _type(schema: Json) -> str:
    return schema["type"] if schema.get("type") in _TYPES else "unknown"


def _example(parameter: Json, schema: Json) -> str | None:
    for value in (parameter.get("example"), schema.get("example"), parameter.get("x-example"), schema.get("default")):
        if isinstance(value, str | int | float | bool):
            return str(value).lower() if isinstance(value, bool) else str(value)[:200]
    choices = schema.get("enum")
    return str(choices[0])[:200] if isinstance(choices, list) and choices else None
