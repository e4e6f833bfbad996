"""The hash of a body: equal after a rename, a move or reformatting, different after a change of meaning.

Comments, documentation and decorators are blanked out in a copy of the file's bytes, and so are the names of what is
defined; where indentation carries structure, the ends of blocks are marked there. Of a function's bytes, white space
counts in texts alone. What ends a function ends its blocks too: marks at its very end tell nothing and are left out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from engines.static.reading.captures import Captures
from engines.static.reading.definitions import Scopes
from engines.static.reading.language import Language

# A text ends with its quote, or with the line, or with the file; none of it is tried twice, whatever the source holds.
_TEXT = re.compile(
    rb"(\"\"\"(?:[^\"\\]+|\\.|\"(?!\"\"))*+(?:\"\"\")?|'''(?:[^'\\]+|\\.|'(?!''))*+(?:''')?"
    rb"|\"(?:[^\"\\\n]+|\\.)*+\"?|'(?:[^'\\\n]+|\\.)*+'?|`(?:[^`\\]+|\\.)*+`?)",
    re.DOTALL,
)
_COMMA, _OWN_NAME, _BLOCK = 0x06, b"\x08", 0x0E
_MARK, _BETWEEN = b"\x07", b"\x1f"
_MOST_BLOCKS = 16  # that end at one place and are told apart
_WHITE = b" \t\r\n\f\v"
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(range(0x80, 0x100))


def write_hashes(language: Language, scopes: Scopes, captures: Captures, content: bytes) -> None:
    """Set `body_hash` of all definitions; that of a class or file leaves its functions out."""
    cleaned = _cleaned(language, scopes, captures, content)
    without = language.hash_without
    definitions = scopes.definitions
    inner: list[list[tuple[int, int]]] = [[] for _ in definitions]
    for index in range(1, len(definitions)):
        definition, place = definitions[index], scopes.place(index)
        holder = definition.parent
        if definition.kind == "function":
            definition.body_hash = _hash(cleaned[place[0] : place[1]], definition.name, without)
            while definitions[holder].kind == "function":
                holder = definitions[holder].parent
        inner[holder].append(place)
    for index, definition in enumerate(definitions):
        if definition.kind != "function":
            here, end = scopes.place(index)
            pieces = []
            for cut_start, cut_end in inner[index]:
                if cut_start >= here:
                    pieces.append(cleaned[here:cut_start])
                    here = cut_end
            pieces.append(cleaned[here:end])
            definition.body_hash = _hash(_MARK.join(pieces), definition.name, without)


def _hash(piece: bytes, own_name: str, without: frozenset[bytes]) -> str:
    name = own_name.encode()
    if name and name in piece:
        piece = _without(piece, name)
    parts = _TEXT.split(piece)
    code = _MARK.join(parts[::2]).translate(None, _WHITE)
    for sign in without:
        code = code.replace(sign, b"")
    code = code.replace(b",)", b")").replace(b",]", b"]").replace(b",}", b"}")
    texts = _BETWEEN.join(parts[1::2]).replace(b"'", b'"')
    return hashlib.md5(code + _BETWEEN + texts).hexdigest()


def _without(piece: bytes, name: bytes) -> bytes:
    """A function that calls itself does so by a mark, so that it can be renamed."""
    kept, here, length = [], 0, len(name)
    at = piece.find(name)
    while at >= 0:
        end = at + length
        if (at == 0 or piece[at - 1] not in _WORD) and (end == len(piece) or piece[end] not in _WORD):
            kept += (piece[here:at], _OWN_NAME)
            here = end
        at = piece.find(name, end)
    kept.append(piece[here:])
    return b"".join(kept)


def _cleaned(language: Language, scopes: Scopes, captures: Captures, content: bytes) -> bytes:
    """The content with what does not count blanked out; places stay the same."""
    cleaned = bytearray(content)
    for nodes in (captures.nodes("comment"), captures.nodes("docstring"), captures.decorators(), scopes.names()):
        for node in nodes:
            start, end = node.start_byte, node.end_byte
            cleaned[start:end] = b" " * (end - start)
    for node in captures.nodes("significant"):
        cleaned[node.start_byte] = _COMMA
    if language.settings.get("hash", {}).get("indentation"):
        for end, count in Counter(node.end_byte for node in captures.nodes("block")).items():
            if end < len(content) and content[end] in _WHITE:
                cleaned[end] = _BLOCK + min(count, _MOST_BLOCKS)
    return bytes(cleaned)
