"""The hash of a body: equal after a rename, a move or reformatting, different after a change of meaning.

Comments, documentation and decorators are blanked out in a copy of the file's bytes; where indentation carries
structure, the ends of blocks are marked there. Then each function is cut into tokens, a text being one token, and those
are hashed. What ends a function ends its blocks too, so marks at its very end tell nothing and are left out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from engines.static.reading.captures import Captures
from engines.static.reading.definitions import Scopes
from engines.static.reading.language import Language

# A text ends with its quote, or with the line, or with the file; none of it is tried twice, whatever the source holds.
_TOKEN = re.compile(
    rb"[\w\x80-\xff]+|[^\w\s\"'`]"
    rb"|\"\"\"(?:[^\"\\]+|\\.|\"(?!\"\"))*+(?:\"\"\")?|'''(?:[^'\\]+|\\.|'(?!''))*+(?:''')?"
    rb"|\"(?:[^\"\\\n]+|\\.)*+\"?|'(?:[^'\\\n]+|\\.)*+'?|`(?:[^`\\]+|\\.)*+`?",
    re.DOTALL,
)
_CUT = ("comment", "docstring")
_COMMA, _FUNCTION, _OWN_NAME, _BLOCK, _BETWEEN = 0x06, b"\x07", b"\x08", 0x0E, b"\x1f"
_MOST_BLOCKS = 16  # that end at one place and are told apart
_WHITE = b" \t\r\n"


def write_hashes(language: Language, scopes: Scopes, captures: Captures, content: bytes) -> None:
    """Set `body_hash` of all definitions; that of a class or file leaves its functions out."""
    cleaned = _cleaned(language, captures, content)
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
            definition.body_hash = _hash(_FUNCTION.join(pieces), definition.name, without)


def _hash(piece: bytes, own_name: str, without: frozenset[bytes]) -> str:
    tokens = _TOKEN.findall(piece)
    if without:
        tokens = [token for token in tokens if token not in without]
    joined = (_BETWEEN + _BETWEEN.join(tokens) + _BETWEEN).replace(b"'", b'"')
    for bracket in (b")", b"]", b"}"):
        joined = joined.replace(b"\x1f,\x1f" + bracket, _BETWEEN + bracket)
    joined = joined.replace(_BETWEEN + own_name.encode() + _BETWEEN, _BETWEEN + _OWN_NAME + _BETWEEN)
    return hashlib.md5(joined).hexdigest()


def _cleaned(language: Language, captures: Captures, content: bytes) -> bytes:
    """The content with what does not count blanked out; places stay the same."""
    cleaned = bytearray(content)
    for role in _CUT:
        for node in captures.nodes(role):
            start, end = node.start_byte, node.end_byte
            cleaned[start:end] = b" " * (end - start)
    for node in captures.decorators():
        start, end = node.start_byte, node.end_byte
        cleaned[start:end] = b" " * (end - start)
    for node in captures.nodes("significant"):
        cleaned[node.start_byte] = _COMMA
    if language.settings.get("hash", {}).get("indentation"):
        for end, count in Counter(node.end_byte for node in captures.nodes("block")).items():
            if end < len(content) and content[end] in _WHITE:
                cleaned[end] = _BLOCK + min(count, _MOST_BLOCKS)
    return bytes(cleaned)
