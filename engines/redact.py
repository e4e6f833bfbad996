"""What must not land: secrets, unbounded text, control characters.

All patterns are RE2 (linear time on any input). Our own canaries are never touched: without them a probe could not be
followed from the request to the sink.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import re2

from engines.canary import canaries_in

MARK = "[redacted]"

_NAMES = (
    r"(?:[a-z0-9_.\-]{0,40}(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[_\-]?key|access[_\-]?key|"
    r"private[_\-]?key|credentials?|session(?:[_\-]?id)?|sessid|csrf|xsrf)(?:[_\-]hash)?|sid|connect\.sid|pin)"
)
_SECRET_NAME = re2.compile(r"(?i)" + _NAMES)
_BARE = r"[^\s&;,\"'`<>{}()\\]"

# Each pattern has exactly one group, the secret; what surrounds it stays.
_CERTAIN = tuple(
    re2.compile(pattern)
    for pattern in (
        r"(?s)-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----(.*?)(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|\z)",
        r"(?i)authorization\\?[\"']?\s*[:=]\s*\\?[\"']?(?:(?:bearer|basic|digest|token|negotiate)\s+)?([^\r\n\"'\\]+)",
        r"\b(eyJ[A-Za-z0-9_\-]{5,}\.[A-Za-z0-9_\-]{5,}(?:\.[A-Za-z0-9_\-]*)?)",
        r"\b((?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16})\b",
        r"\b(gh[pousr]_[A-Za-z0-9]{36,}|xox[abprs]-[A-Za-z0-9\-]{10,}|sk_live_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_\-]{35})",
        r"://[^\s/:@]{1,200}:([^\s/@]{1,400})@",
        r"(?i)\b" + _NAMES + r"[\"']?\s*[:=]\s*\"((?:[^\"\\\r\n]|\\.)+)",
        r"(?i)\b" + _NAMES + r"\\\"\s*[:=]\s*\\\"((?:[^\"\\\r\n]|\\[^\"\r\n])+)",  # JSON within JSON
        r"(?i)\b" + _NAMES + r"\\?[\"']?\s*[:=]\s*'((?:[^'\\\r\n]|\\.|'')+)",
        r"(?i)\b" + _NAMES + r"[\"']?(?:=|:\s?)(" + _BARE + r"+)",
    )
)
# Prose may follow these words ("basic understanding"), so that the secret must look like one.
_LIKELY = re2.compile(r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/\-]{8,}=*)")
_SUSPECT = re2.compile("|".join(f"(?:{pattern.pattern})" for pattern in (*_CERTAIN, _LIKELY)))
_PLACEHOLDER = re2.compile(r"(?:\?|%s|%\([A-Za-z_]+\)s|:[A-Za-z_]\w*|\$\d+|\*+|null|none|true|false)\z")


def redact(text: str) -> str:
    """Return the text with every secret replaced by `[redacted]`; applying it twice changes nothing more.

    Recognised: Authorization headers, bearer and basic credentials, JSON Web Tokens, `password=`-like fields of
    queries, JSON, forms, cookies and SQL, session cookies, private keys, passwords in URLs, well-known key formats.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")  # RE2 knows no lone surrogates
    if not _SUSPECT.search(text):
        return text
    for pattern in _CERTAIN:
        text = pattern.sub(_replace, text)
    return _LIKELY.sub(lambda match: _replace(match) if _looks_random(match.group(1)) else match.group(0), text)


def is_secret_name(name: str) -> bool:
    """Whether what is called so is a secret: a column, a field, a header."""
    return _SECRET_NAME.fullmatch(name.encode("utf-8", "replace").decode("utf-8")) is not None


def redact_all(texts: Sequence[str]) -> Sequence[str]:
    """Return `redact` of each text; one search over all shows whether any holds a secret, and mostly none does."""
    together = "\n\0".join(texts).encode("utf-8", "replace").decode("utf-8")
    return [redact(text) for text in texts] if _SUSPECT.search(together) else texts


def _replace(match) -> str:
    whole, secret = match.group(0), match.group(1)
    if MARK[:-1] in secret or _PLACEHOLDER.match(secret.lower()):
        return whole
    ours = canaries_in(secret)
    rest = secret.lower()
    for mark in ours:
        rest = rest.replace(mark, "")
    if ours and sum(c.isalnum() for c in rest) < 4:  # the canary itself with a few marks of a probe
        return whole
    at = match.start(1) - match.start(0)
    return whole[:at] + MARK + "".join(ours) + whole[at + len(secret) :]


def _looks_random(text: str) -> bool:
    return any(c.isdigit() for c in text) or (text != text.lower() and text[1:] != text[1:].lower())


def bounded(text: str, limit: int) -> str:
    """Return at most `limit` characters; what was cut shows as a final `…`."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def printable(raw: bytes | str) -> str:
    r"""Return text on one line: control, format and undecodable characters as `\n`, `\r`, `\t`, `\xNN` or `\uNNNN`."""
    text = raw.decode("utf-8", "backslashreplace") if isinstance(raw, (bytes, bytearray)) else raw
    return "".join(c if c.isprintable() else _escape(c) for c in text)


_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escape(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if unicodedata.category(character) == "Zs":
        return " "
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
