"""Applications without a framework: no template is known of them."""

from shared import leave_behind, lookup, parts


def wsgi(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/broken":
        raise ValueError("no")
    if path == "/later":
        leave_behind()
    start_response("404 Not Found" if path == "/nowhere" else "200 OK", [("Content-Type", "text/plain")])
    return parts() if path == "/stream" else [repr(lookup(path)).encode()]


async def asgi(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("only http")
    path = scope["path"]
    if path == "/broken":
        raise ValueError("no")
    if path == "/later":
        leave_behind()
    await send({"type": "http.response.start", "status": 404 if path == "/nowhere" else 200, "headers": []})
    for part in parts() if path == "/stream" else [repr(lookup(path)).encode()]:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
