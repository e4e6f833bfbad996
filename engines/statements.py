"""What a value is made of when it arrives at a sink: its shape, its targets, its operation.

The shape is the structure without the values. A benign value leaves the shape of a statement as it is; a value that
becomes code changes it. That difference, and nothing else, is what proves an injection (seen as "token structure" in
SQL-injection research: Su and Wassermann, The essence of command injection attacks, POPL 2006).
Every function here is total: hostile or broken text gives a shape that starts with `broken:`, never an exception.
"""

from __future__ import annotations

import json
import posixpath
from functools import lru_cache
from urllib.parse import urlsplit

import re2

from engines import sql_text
from engines.canary import canaries_in

LIMIT = 20_000  # characters of a statement that are looked at
_SHAPE_LIMIT = 2_000
_CACHE = 4_096

_TOKEN = re2.compile(
    r"(?P<space>\s+)|(?P<number>\d+(?:\.\d+)?\b)|(?P<word>[\pL\pN_][\pL\pN_.\-]*)|(?P<mark>\|\||&&|>>|<<|\$\(|[^\s])"
)
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "busybox", "cmd", "cmd.exe", "powershell", "pwsh"})
_TEMPORARY = re2.compile(r"\Atmp[a-z0-9_]{8}(\.\w{1,8})?\z")


def shape_of(kind: str, value: str, *, shell: bool = False, canaries: tuple[str, ...] = ()) -> str:
    """Return the structure of a value at a sink of this kind (`sql exec file http …`).

    `shell`: an `exec` value is a shell command, not an argument list. `canaries`: marks to treat as ours besides those
    that the text itself shows. Equal for values that differ only in what stands inside literals.
    """
    return _shape(kind, _clipped(value), shell, tuple(canaries))


def _clipped(value: str) -> str:
    """Bound the text and make it encodable (RE2 and the parser know no lone surrogates)."""
    return value[:LIMIT].encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=_CACHE)
def _shape(kind: str, value: str, shell: bool, canaries: tuple[str, ...]) -> str:
    ours = _Ours(value, canaries)
    match kind:
        case "sql":
            shape = sql_text.structure(value)
            shape = "broken:" + _text_shape(value, _Ours("")) if shape is None else shape
        case "exec":
            shape = _exec_shape(value, shell)
        case "file":
            shape = _file_shape(value, ours)
        case "http" | "redirect":
            shape = _host(value, ours) or "local"
        case _:
            shape = _text_shape(value, ours)
    return shape if len(shape) <= _SHAPE_LIMIT else shape[:_SHAPE_LIMIT] + f"…{len(shape)}"


class _Ours:
    """Knows our marks in one value."""

    def __init__(self, value: str, canaries: tuple[str, ...] = ()) -> None:
        self.marks = tuple(dict.fromkeys((*(c.lower() for c in canaries), *canaries_in(value))))

    def __call__(self, part: str) -> bool:
        return any(mark in part.lower() for mark in self.marks)


def sql_statement(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return (operation, tables) of a text that is an SQL statement, `None` for any other text.

    Meant for literals of source code: `{}` and `%s` placeholders are understood, prose such as "Select an option" is
    not taken for SQL, broken statements are.
    """
    text = _clipped(text)
    if not sql_text.LOOKS_LIKE_SQL.match(text):
        return None
    operation, tables, is_parsed = sql_text.parts(text)
    if operation == "other" or not (tables or is_parsed):
        return None
    if operation == "read" and not tables and not re2.match(r"(?i)\s*select\s+[\d'(?]", text):
        return None
    return operation, tuple(t for t in tables if t != sql_text.BOUND)


# ── commands, paths, hosts, other text ────────────────────────────────────────────────────────────────────


def _arguments(value: str) -> list[str] | None:
    """Return the argument list that the agent wrote as a JSON array, else `None`."""
    if not value.startswith("["):
        return None
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return [str(part) for part in parsed] if isinstance(parsed, list) and parsed else None


def _exec_shape(value: str, shell: bool) -> str:
    arguments = _arguments(value) or ([] if shell else value.split())
    if not arguments:
        return _shell_shape(value)
    program = posixpath.basename(arguments[0])
    shape = f"argv:{program}/{len(arguments)}"
    if program in _SHELLS and len(arguments) > 2 and arguments[1].lower() in ("-c", "/c", "-lc", "-ec"):
        shape += ":" + _shell_shape(arguments[2])
    return shape


def _shell_shape(command: str) -> str:
    """Collapse runs of words into one `w`; keep operators and substitutions; quotes hide what they hold."""
    parts: list[str] = []
    quote = ""
    at = 0
    while at < len(command):
        here, pair = command[at], command[at : at + 2]
        at += 1
        if quote == "'":
            quote = "" if here == "'" else quote
            continue
        if here == "\\":
            at += 1
            part = "w"
        elif here == '"':
            quote = "" if quote else '"'
            continue
        elif here == "`" or pair == "$(":
            part, at = (here, at) if here == "`" else (pair, at + 1)
        elif quote:
            part = "w"
        elif here == "'":
            quote, part = "'", "w"
        elif pair in ("||", "&&", ">>", "<<"):
            part, at = pair, at + 1
        elif here in ";|&<>()\n":
            part = "newline" if here == "\n" else here
        else:
            part = "" if here.isspace() else "w"
        if part and not (part == "w" and parts[-1:] == ["w"]):
            parts.append(part)
    return ("broken:" if quote else "") + " ".join(parts)


def _file_shape(value: str, ours: _Ours) -> str:
    path = posixpath.normpath(value) if value else ""
    return "/".join("*" if ours(part) else "tmp*" if _TEMPORARY.match(part) else part for part in path.split("/"))


def _host(value: str, ours: _Ours) -> str:
    """Return `host[:port]`, our own hosts as `*`; another scheme than HTTP is named; '' without a host."""
    try:
        parts = urlsplit(value.strip().replace("\\", "/"))
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "broken:host"
    host = ".".join("*" if ours(label) else label for label in host.split("."))
    scheme = "" if parts.scheme in ("http", "https", "") else parts.scheme + ":"
    return scheme + host + (f":{port}" if port else "")


def _text_shape(value: str, ours: _Ours) -> str:
    parts: list[str] = []
    for match in _TOKEN.finditer(value):
        if match.lastgroup == "space":
            continue
        text = match.group(0)
        part = "*" if ours(text) else "?" if match.lastgroup == "number" else "w" if match.lastgroup == "word" else text
        if not (part == "w" and parts[-1:] == ["w"]):
            parts.append(part)
    return " ".join(parts)


def targets_of(kind: str, value: str) -> tuple[str, ...]:
    """Return what the value touches: `table:orders`, `file:/srv/exports`, `host:api.example:8080`, `program:convert`.

    What carries a canary is none: it is ours.
    """
    value = _clipped(value)
    ours = _Ours(value)
    match kind:
        case "sql":
            names = [f"table:{t}" for t in sql_text.parts(value)[1] if t != sql_text.BOUND and not ours(t)]
        case "file":
            directory = posixpath.dirname(posixpath.normpath(value)) or "."
            directory = "/".join("tmp*" if _TEMPORARY.match(part) else part for part in directory.split("/"))
            led_astray = ours(value) and ".." in value.split("/")  # by our own probe
            names = [] if not value or led_astray or ours(directory) else [f"file:{directory}"]
        case "http":
            host = _host(value, ours)
            names = (
                [f"host:{host}"]
                if host and "*" not in host and not host.endswith(":") and host != "broken:host"
                else []
            )
        case "exec":
            arguments = _arguments(value)
            program = posixpath.basename(arguments[0] if arguments else (value.split() or [""])[0])
            names = [f"program:{program}"] if program and not ours(program) else []
        case _:
            names = []
    return tuple(names)


_OF_FILE_MODE = {"remove": "destroy", "unlink": "destroy", "rmdir": "destroy", "rmtree": "destroy", "rename": "write",
                 "replace": "write", "mkdir": "write", "list": "read", "stat": "read"}  # fmt: skip
_OF_METHOD = {"GET": "read", "HEAD": "read", "OPTIONS": "read", "POST": "write", "PUT": "write", "PATCH": "write",
              "DELETE": "destroy"}  # fmt: skip


def operation_of(kind: str, value: str, mode: str | None = None) -> str:
    """Return `read`, `write`, `destroy` or `other`.

    `mode`: of a file sink the open mode or the name of the call (`remove`, `mkdir` …), of an HTTP sink the method.
    """
    match kind:
        case "sql":
            return sql_text.parts(_clipped(value))[0]
        case "file":
            mode = mode or "r"
            return _OF_FILE_MODE.get(mode) or ("write" if set(mode) & set("wax+") else "read")
        case "http":
            return _OF_METHOD.get((mode or "").upper(), "other")
    return "other"
