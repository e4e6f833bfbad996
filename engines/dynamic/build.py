"""From a plan row and a value to an HTTP request: the parameter gets the value, the others what they usually hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from engines.dynamic.plan import PlanRow

_PATH_PARAMETER = re.compile(r"\{([^{}:]+)(?::[^{}]*)?\}")
_UNSET = "1"  # where nobody ever saw a value: valid as a number and as a text
_NOT_REPEATED = frozenset(  # headers of somebody else's request
    {
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "cookie",
        "user-agent",
        "accept-encoding",
    }
)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")

Parameter = tuple[str, str, str]  # name, place, value


def build(http: httpx.Client, row: PlanRow, base_url: str, value: str, headers: Mapping[str, str]) -> httpx.Request:
    """Return the request of the row with `value` in its parameter. Raises `ValueError` when HTTP cannot carry it."""
    others = [p for p in row.request_parameters if p[:2] != (row.parameter, row.place)]
    mine = [(row.parameter, row.place, value)] if row.parameter else []
    as_text = "" if value == row.seed else row.parameter
    return request(http, row.method, base_url, row.route, [*others, *mine], headers, as_text)


def request(
    http: httpx.Client,
    method: str,
    base_url: str,
    route: str,
    parameters: Sequence[Parameter],
    headers: Mapping[str, str],
    as_text: str = "",
) -> httpx.Request:
    """Return a request to a route. `as_text` names the parameter whose value stays a text in JSON."""
    at = {place: [(n, v) for n, p, v in parameters if p == place] for place in ("path", "query", "header", "cookie")}
    url = base_url.rstrip("/") + filled(route, dict(at["path"]))
    if at["query"]:
        url += "?" + "&".join(f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in at["query"])
    merged = _headers(at["header"], headers, as_text)
    cookies = {n: f"{n}={_cookie(v)}" for n, v in at["cookie"]}
    if cookies:
        kept = [c for c in merged.get("Cookie", "").split("; ") if c and c.partition("=")[0] not in cookies]
        merged["Cookie"] = "; ".join([*cookies.values(), *kept])
    body: dict[str, Any] = {}
    in_json = [(n, v) for n, p, v in parameters if p == "json"]
    in_form = [(n, v) for n, p, v in parameters if p == "form"]
    if in_json:
        body["json"] = nested((name, text if name == as_text else _typed(text)) for name, text in in_json)
    elif in_form:
        body["data"] = dict(in_form)
    try:
        return http.build_request(method, url, headers=merged, **body)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ValueError(f"HTTP cannot carry this value: {error}") from error


def filled(route: str, values: Mapping[str, str]) -> str:
    """Return the route with its `{parameters}` filled in, each as one path segment whatever its value holds."""

    def segment(match: re.Match[str]) -> str:
        text = quote(values.get(match.group(1)) or _UNSET, safe="")
        return text.replace(".", "%2E") if text in (".", "..") else text  # else it would be folded away

    return _PATH_PARAMETER.sub(segment, route)


def path_parameters(route: str) -> tuple[str, ...]:
    """Return the names of the route's path parameters."""
    return tuple(_PATH_PARAMETER.findall(route))


def nested(pairs: Any) -> Any:
    """Return the JSON object that dotted names describe: `user.name`, `items.0.id` or `items[].id`."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        steps = name.replace("[]", ".0").replace("[", ".").replace("]", "").split(".")
        node = root
        for step in steps[:-1]:
            inner = node.setdefault(step, {})
            node = inner if isinstance(inner, dict) else node.__setitem__(step, {}) or node[step]
        node[steps[-1]] = value
    return _lists(root)


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _lists(value) for key, value in node.items()}


def _typed(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text) and (text == "0" or not text.lstrip("-").startswith("0") or "." in text):
        return float(text) if "." in text else int(text)
    return text


def _headers(parameters: Sequence[tuple[str, str]], ours: Mapping[str, str], probed: str) -> httpx.Headers:
    """Return the headers: examples give way to ours (credentials, trace), and ours to the one that is probed."""
    examples = {n: _header(v) for n, v in parameters if n == probed or n.lower() not in _NOT_REPEATED}
    merged = httpx.Headers(examples)
    merged.update(ours)
    if probed in examples and probed.lower() != "traceparent":
        merged[probed] = examples[probed]
    return merged


def _header(text: str) -> str:
    if any(ord(c) < 32 and c != "\t" or ord(c) == 127 or ord(c) > 255 for c in text):
        raise ValueError("HTTP cannot carry this value: a header holds no control characters.")
    return text


def _cookie(text: str) -> str:
    return (
        quote(_header(text), safe="!#$&'()*+/:<=>?@[]^`{|}~.-_%") if re.search(r"[;,\s\"\\]", text) else _header(text)
    )
