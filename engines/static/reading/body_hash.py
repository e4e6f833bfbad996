"""The hash of a body: equal after a rename, a move or reformatting, different after a change of meaning.

The file's bytes are rewritten once: comments, documentation and decorators are cut out, white space inside of texts is
made visible, quotes become one sign, and where indentation carries structure the ends of blocks are marked. Then the
tokens of each function are hashed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from engines.static.reading.captures import Captures
from engines.static.reading.definitions import Scopes
from engines.static.reading.language import Language

_TOKEN = re.compile(rb"[\w\x80-\xff\x01-\x08]+|[^\w\s]")
_SPACE = bytes.maketrans(b" \t\n\r\f\v", b"\x01\x02\x03\x03\x01\x01")
_QUOTES = re.compile(rb"\A([A-Za-z@$]*)(\"\"\"|'''|[\"'])")
_TEXT_SIGN, _BLOCK_SIGN, _COMMA_SIGN, _FUNCTION_SIGN, _OWN_NAME = b" \x04", b" \x05 ", b" \x06 ", b" \x07 ", b"\x08"
_BETWEEN = b"\x1f"
_CUT = ("comment", "docstring")


def write_hashes(language: Language, scopes: Scopes, captures: Captures, content: bytes) -> None:
    """Set `body_hash` of all definitions; that of a class or file leaves its functions out."""
    rewritten, at = _rewritten(language, scopes, captures, content)
    without = language.hash_without
    inner: list[list[tuple[int, int]]] = [[] for _ in scopes.definitions]
    for index in range(1, len(scopes.definitions)):
        definition = scopes.definitions[index]
        start, end = at[index]
        if definition.kind == "function":
            definition.body_hash = _hash(rewritten[start:end], definition.name.encode(), without)
            holder = definition.parent
            while scopes.definitions[holder].kind == "function":
                holder = scopes.definitions[holder].parent
            inner[holder].append((start, end))
        else:
            inner[definition.parent].append((start, end))
    for index, definition in enumerate(scopes.definitions):
        if definition.kind != "function":
            start, end = at[index]
            pieces, here = [], start
            for cut_start, cut_end in inner[index]:
                if cut_start >= here:
                    pieces.append(rewritten[here:cut_start])
                    here = cut_end
            pieces.append(rewritten[here:end])
            definition.body_hash = _hash(_FUNCTION_SIGN.join(pieces), definition.name.encode(), without)


def _hash(piece: bytes, own_name: bytes, without: frozenset[bytes]) -> str:
    tokens = _TOKEN.findall(piece)
    if without:
        tokens = [token for token in tokens if token not in without]
    joined = b"\x1f" + _BETWEEN.join(tokens) + b"\x1f"
    for bracket in (b")", b"]", b"}"):
        joined = joined.replace(b"\x1f,\x1f" + bracket, _BETWEEN + bracket)
    if own_name:
        joined = joined.replace(_BETWEEN + own_name + _BETWEEN, _BETWEEN + _OWN_NAME + _BETWEEN)
    return hashlib.md5(joined).hexdigest()


Edit = tuple[int, int, int, bytes]  # start, end, order at one place, replacement


def _rewritten(
    language: Language, scopes: Scopes, captures: Captures, content: bytes
) -> tuple[bytes, list[tuple[int, int]]]:
    """The rewritten bytes, and where each definition stands in them."""
    edits = sorted(_edits(language, captures, content))
    places = sorted(
        [(node.start_byte, 1, index) for index, node in enumerate(scopes.nodes) if node is not None]
        + [(node.end_byte, 0, index) for index, node in enumerate(scopes.nodes) if node is not None]
    )
    starts, ends = [0] * len(scopes.nodes), [0] * len(scopes.nodes)
    pieces: list[bytes] = []
    here = length = 0
    place = 0
    for start, end, _, replacement in [*edits, (len(content), len(content), 9, b"")]:
        if start < here:
            continue  # within what was replaced
        # A function ends before the marks of the blocks that end with it: they tell nothing that its tokens do not.
        while place < len(places) and places[place][0] <= start:
            byte, is_start, index = places[place]
            (starts if is_start else ends)[index] = length + max(byte - here, 0)
            place += 1
        pieces += (content[here:start], replacement)
        length += start - here + len(replacement)
        here = end
    for _, is_start, index in places[place:]:
        (starts if is_start else ends)[index] = length
    ends[0] = length
    return b"".join(pieces), list(zip(starts, ends, strict=True))


def _edits(language: Language, captures: Captures, content: bytes) -> Iterator[Edit]:
    for role in _CUT:
        for node in captures.nodes(role):
            yield node.start_byte, node.end_byte, 0, b" "
    for role in ("decorated", "decorator"):
        for match in captures.matches(role):
            for node in match.get("decorator", ()):
                yield node.start_byte, node.end_byte, 0, b" "
    for node in captures.nodes("significant"):
        yield node.start_byte, node.end_byte, 1, _COMMA_SIGN
    if language.settings.get("hash", {}).get("indentation"):
        for node in captures.nodes("block"):
            yield node.end_byte, node.end_byte, 0, _BLOCK_SIGN
    for node in captures.nodes("text"):
        written = content[node.start_byte : node.end_byte]
        opened = _QUOTES.match(written)
        if opened:
            inner = written[opened.end() : len(written) - len(opened[2])]
            yield (
                node.start_byte,
                node.end_byte,
                1,
                opened[1].lower() + _TEXT_SIGN + inner.translate(_SPACE) + _TEXT_SIGN,
            )
        else:
            yield node.start_byte, node.end_byte, 1, written.translate(_SPACE)
