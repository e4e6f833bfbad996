"""What of a raw HTTP request is varied, and into what: request line, headers, framing (RFC 9112)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from boofuzz import String

TRACEPARENT = b"@traceparent@"  # stands for 55 bytes that each case fills in with its own

_LONG = 8_192


@dataclass(frozen=True)
class Element:
    """One place of a request with its values; `before` and `after` are what stands around it."""

    name: str
    before: bytes
    values: tuple[bytes, ...]
    after: bytes


def elements(host: str, path: str, library: int = 6) -> tuple[Element, ...]:
    """Return the elements for a service that answers at `host` (with port) and has a harmless GET at `path`.

    `library` is how many of boofuzz's about 1,500 strings the query, the host and the cookie take each.
    """
    at, name = path.encode(), host.encode()
    line = b"GET " + at + b" HTTP/1.1\r\n"
    host_header = b"Host: " + name + b"\r\n"
    common = b"traceparent: " + TRACEPARENT + b"\r\nConnection: close\r\n"
    start, end = line + host_header + common, b"\r\n\r\n"

    def header(field: str, values: Sequence[bytes], body: bytes = b"") -> Element:
        return Element(f"header {field}", start + field.encode() + b": ", tuple(values), end + body)

    return (
        Element("method", b"", _METHODS, b" " + at + b" HTTP/1.1\r\n" + host_header + common + b"\r\n"),
        Element("target", b"GET ", _targets(at, name), b" HTTP/1.1\r\n" + host_header + common + b"\r\n"),
        Element("version", b"GET " + at + b" ", _VERSIONS, b"\r\n" + host_header + common + b"\r\n"),
        Element(
            "query",
            b"GET " + at + b"?",
            _QUERIES + _library("q", library),
            b" HTTP/1.1\r\n" + host_header + common + b"\r\n",
        ),
        Element("header Host", line + b"Host: ", _hosts(name) + _library("host", library), b"\r\n" + common + b"\r\n"),
        Element("host count", line, (b"", host_header * 2, host_header + b"Host: other.invalid\r\n"), common + b"\r\n"),
        Element("header line", start, _HEADER_LINES, end),
        header("Content-Length", _LENGTHS, b"a=1"),
        header("Transfer-Encoding", _ENCODINGS, b"0\r\n\r\n"),
        Element("chunk", start + b"Transfer-Encoding: chunked\r\n\r\n", _CHUNKS, b""),
        Element("framing", start, _FRAMINGS, b""),
        header("Range", _RANGES),
        header("Forwarded", (b"for=", b'for="[::1', b"for=1.2.3.4;for=2.3.4.5;;", b"=,=;", b"for=_" + b"x" * _LONG)),
        header("X-Forwarded-For", (b"", b"1.2.3.4, " * 500, b"999.999.999.999", b"unknown", b"::1%", b"127.0.0.1:x")),
        header("X-Forwarded-Host", (b"", b"a:b", b"[", b"a, b", b"\xff")),
        header("X-Forwarded-Proto", (b"", b"https, http", b"javascript", b"\xff")),
        header(
            "Cookie",
            (b"=", b";;;", b"a", b"a=b=c; =; ;a=", b'a="', b"a=\xff", b"a=" + b"x" * _LONG, *_library("c", library)),
        ),
        header("Accept", (b"*/*;q=x", b"/", b",", b"text/html;q=-1;q=2", b"\xff/\xfe")),
        header("Accept-Encoding", (b"gzip;q=", b"identity;q=0, *;q=0", b",;,")),
        header("Accept-Language", (b"x-" + b"a" * 300, b";q=1", b"*;q=nan")),
        header("Content-Type", (b"/", b"multipart/form-data", b'text/html; charset="', b"a/b; charset=\xff"), b""),
        header("Authorization", (b"", b"Basic", b"Basic !", b"Basic Og==", b"Bearer", b"Bearer " + b"x" * _LONG, b":")),
        header("If-Modified-Since", (b"0", b"Thu, 32 Foo 99999 99:99:99 GMT", b"-1", b"\xff")),
        header("If-None-Match", (b'"', b'W/"', b"*,*", b"\xff")),
        header("Expect", (b"100-continue", b"200-ok", b"")),
        header("Upgrade", (b"websocket", b"h2c", b"")),
        header("X-HTTP-Method-Override", (b"", b"NONE", b"G\x00T")),
    )


def cut(all_elements: Sequence[Element], limit: int) -> tuple[tuple[Element, ...], dict[str, int]]:
    """Return the elements with at most `limit` values in all, evenly, and how many values of which were dropped."""
    quota = dict.fromkeys((e.name for e in all_elements), 0)
    left = limit
    while left > 0 and any(quota[e.name] < len(e.values) for e in all_elements):
        for element in all_elements:
            if left > 0 and quota[element.name] < len(element.values):
                quota[element.name], left = quota[element.name] + 1, left - 1
    kept = tuple(Element(e.name, e.before, e.values[: quota[e.name]], e.after) for e in all_elements if quota[e.name])
    dropped = {e.name: len(e.values) - quota[e.name] for e in all_elements if quota[e.name] < len(e.values)}
    return kept, dropped


def is_complete(message: bytes) -> bool:
    """Tell whether a server has no reason to wait for more of this request: header ended and body all there."""
    head, separator, body = message.partition(b"\r\n\r\n")
    if not separator:
        return False
    fields = [line.partition(b":") for line in head.lower().split(b"\r\n")[1:]]
    if any(name.strip() == b"transfer-encoding" and b"chunked" in value for name, _, value in fields):
        return body.endswith(b"0\r\n\r\n")
    lengths = [value.strip() for name, _, value in fields if name.strip() == b"content-length"]
    if any(name.strip() == b"expect" for name, _, _ in fields) or any(
        b"\n" in name or b"\n" in v for name, _, v in fields
    ):
        return False
    return all(length.isdigit() and len(length) < 12 and int(length) <= len(body) for length in lengths if length)


def _library(seed: str, count: int) -> tuple[bytes, ...]:
    """Return strings of boofuzz's own library, evenly spaced, without those that would end the line."""
    strings = list(islice(String(seed, seed, max_len=1_024).mutations(seed), 3_000))
    encoded = [s if isinstance(s, bytes) else s.encode("utf-8", "replace") for s in strings]
    fit = list(dict.fromkeys(s for s in encoded if not {b"\r"[0], b"\n"[0], b" "[0]} & set(s)))
    return tuple(fit[:: max(len(fit) // count, 1)][:count])


def _targets(path: bytes, host: bytes) -> tuple[bytes, ...]:
    return (
        b"*",
        b"",
        path + b"%",
        path + b"%00",
        path + b"\x00",
        path + b"/..;/" + path.strip(b"/"),
        b"/%2e%2e/%2e%2e" + path,
        b"http://" + host + path,
        b"http://other.invalid" + path,
        b"//" + host + path,
        path + b"/%ff%fe",
        path + b"#x",
        b"/" + b"a" * _LONG,
        path + b"\r\nX-Injected: 1",
        b"/\xff",
    )


def _hosts(host: bytes) -> tuple[bytes, ...]:
    name = host.rpartition(b":")[0] or host
    return (
        b"",
        name + b":",
        name + b":port",
        name + b":99999",
        name + b":-1",
        b"[::1",
        b"a b",
        b"a,b",
        name + b"/x",
        b"user@" + host,
        b"\xff",
        b"a" * 300 + b".invalid",
        b"..",
        name + b":\xd9\xa1",
    )


_METHODS = (b"", b"get", b"GE T", b"GET\x00", b"\xff", b"G" * 300, b"TRACE", b"OPTIONS", b"CONNECT", b"GET\tGET", b"@")
_VERSIONS = (
    b"HTTP/1.0",
    b"HTTP/0.9",
    b"HTTP/2.0",
    b"HTTP/1.1.1",
    b"HTTP/",
    b"http/1.1",
    b"",
    b"HTTP/1.\xff",
    b"HTTP/9.9",
)
_QUERIES = (
    b"%",
    b"%zz",
    b"&&&=",
    b"a" * _LONG,
    b"a[]=1&a[0]=2&a[b]=3",
    b"=",
    b"a=%ff%fe",
    b"a=%00",
    b"&".join([b"a=1"] * 1_500),
)
_HEADER_LINES = (
    b": empty",
    b"NoColon",
    b" folded: 1",
    b"X Y: 1",
    b"X\x00Y: 1",
    b"X: a\x00b",
    b"X: a\rb",
    b"X: a\n b: c",
    b"X: \xff\xfe",
    b"X" * _LONG + b": 1",
    b"X: " + b"y" * 70_000,
    b"\r\n".join(b"X-%d: 1" % i for i in range(200)),
    b"X : 1",
)
_LENGTHS = (
    b"0",
    b"2",
    b"3, 3",
    b"-1",
    b"+3",
    b"0x3",
    b"3\r\nContent-Length: 2",
    b"99999999999999999999",
    b"abc",
    b"",
    b"100",
)
_ENCODINGS = (
    b"chunked, chunked",
    b"identity",
    b"gzip",
    b"xchunked",
    b"chunked\x0b",
    b"",
    b"chunked\r\nContent-Length: 3",
)
_CHUNKS = (
    b"0\r\n\r\n",
    b"-1\r\n\r\n0\r\n\r\n",
    b"zz\r\n\r\n0\r\n\r\n",
    b"ffffffffffffffff\r\na\r\n0\r\n\r\n",
    b'1;x="\r\na\r\n0\r\n\r\n',
    b"1\r\nab\r\n0\r\n\r\n",
    b"1\na\n0\n\n",
    b"0\r\nX: 1\r\n\r\n",
)
_FRAMINGS = (b"", b"\r", b"\n\n", b"\r\n\r\n\r\n", b"\r\n\x00\r\n\r\n", b"\r\nGET / HTTP/1.1\r\n\r\n", b"X: 1")
_RANGES = (
    b"bytes=",
    b"bytes=-",
    b"bytes=5-1",
    b"bytes=0-99999999999999999999",
    b"bytes=" + b",".join([b"0-1"] * 500),
    b"items=0-1",
    b"bytes=a-b",
    b"\xff",
)
