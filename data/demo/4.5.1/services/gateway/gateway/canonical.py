"""The canonical address of a page, for search engines."""

from flask import g, request


def decode(target: str) -> str:
    """Return a request target with its percent escapes resolved."""
    out = bytearray()
    position = 0
    while position < len(target):
        if target[position] == "%":
            out.append(int(target[position + 1 : position + 3], 16))
            position += 3
        else:
            out += target[position].encode("latin-1")
            position += 1
    return out.decode("utf-8")


def remember() -> None:
    host, _, port = request.headers.get("Host", "localhost").partition(":")
    authority = host if port in ("", "443") else f"{host}:{port}"
    path = decode(request.environ["RAW_URI"]).partition("?")[0]
    g.canonical = f"https://{authority}{path}"
