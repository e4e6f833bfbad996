"""What a file that cannot be imported looks like, in a few words for the one who gave it."""

from __future__ import annotations

import json
import re

_MAGIC = {
    b"PK\x03\x04": "a ZIP archive (unpack it)",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\x7fELF": "a program",
    b"BZh": "a bzip2 archive (unpack it)",
    b"\xfd7zXZ": "an xz archive (unpack it)",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\xd4\xc3\xb2\xa1": "a capture of network packets",
    b"\x0a\x0d\x0d\x0a": "a capture of network packets",
}
_KEYS = 5  # that are named


def likeness(head: bytes) -> str:
    """Return what the content that begins like this seems to be: `a JSON object with the keys "a", "b"`."""
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return "an empty file"
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    if b"\0" in head:
        return "binary, of no kind that is known here"
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return _json(text)
    if found := re.match(r"(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<([\w:.-]{1,80})", text, re.DOTALL):
        return f"XML with the root <{found[1]}>"
    return f"a text that begins with {_shown(text)}"


def _json(text: str) -> str:
    """Tell a JSON document by its keys, so far as they are in its beginning."""
    kind = "a JSON object" if text.startswith("{") else "a JSON list"
    keys = dict.fromkeys(re.findall(r'"((?:[^"\\]|\\.){1,60})"\s*:', text))
    if not keys:
        return f"{kind} without keys"
    named = ", ".join(_shown(key) for key in list(keys)[:_KEYS])
    return f"{kind} with {'the keys' if len(keys) > 1 else 'the key'} {named}" + (" …" if len(keys) > _KEYS else "")


def _shown(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return json.dumps("".join(c if c.isprintable() else "?" for c in line[:60]), ensure_ascii=False)
