"""Attributes as protobuf bytes, decoded by arrays: only those with a wanted key, and all of these at once.

The bytes of an attribute are those of `KeyValue` (opentelemetry-proto, common/v1) as every encoder writes them: a key,
then the value, which holds one of several fields. What is written in another way is told to be so, and not decoded.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from engines.trace.reading.attributes import FLAG, NUMBER, OTHER, TEXT, Attributes

_KEY, _VALUE = 0x0A, 0x12  # the tags of an attribute
_TEXT, _FLAG, _NUMBER = 0x0A, 0x10, 0x18  # and those of a value
_LONGEST = 32  # bytes of a wanted key
_BETWEEN = 1, 2  # the words of 8 bytes between the first and the last ones of a key of that length
_PADDING = 40  # zeros behind the bytes, so that what is looked at in advance is there

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(8)] + [2**64 - 1], np.uint64)  # by how many bytes count


class Keys:
    """Wanted keys, to be found among the bytes of many attributes by their length and their words of 8 bytes."""

    def __init__(self, keys: set[str]) -> None:
        encoded = {key: key.encode() for key in keys}
        if any(len(key) > _LONGEST for key in encoded.values()):
            raise ValueError(f"a wanted key has more than {_LONGEST} bytes")
        content = b"".join(key + bytes(_LONGEST + 8 - len(key)) for key in encoded.values())
        starts = np.arange(len(encoded)) * (_LONGEST + 8)
        lengths = np.array([len(key) for key in encoded.values()])
        words = _words(np.frombuffer(content + bytes(_PADDING), np.uint8))
        hashes = _hashes(words, starts, lengths)
        order = np.argsort(hashes)
        self.names = [list(encoded)[at] for at in order]
        self._hashes, self._lengths, starts = hashes[order], lengths[order], starts[order]
        self._between = [_part(words, starts, self._lengths, part) for part in _BETWEEN]

    def found(self, words: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return which of the keys at `starts` are wanted, as rows, and their places in `names`."""
        hashes = _hashes(words, starts, lengths)
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self.names) - 1)
        rows = np.flatnonzero((self._hashes[places] == hashes) & (self._lengths[places] == lengths))
        places = places[rows]
        is_equal = np.ones(len(rows), bool)
        long = np.flatnonzero(self._lengths[places] > 16)  # of these the hash leaves out what is in the middle
        for part, expected in zip(_BETWEEN, self._between, strict=True):
            at = rows[long]
            is_equal[long] &= _part(words, starts[at], lengths[at], part) == expected[places[long]]
        return rows[is_equal], places[is_equal]


def decoded(lists: pa.ListArray, owners: np.ndarray, keys: Keys) -> tuple[Attributes, np.ndarray]:
    """Return the attributes with wanted keys of lists of encoded ones, and the owners of what has another encoding.

    `owners`: for each attribute the row of its list.
    """
    encoded = lists.flatten()
    offsets = np.frombuffer(encoded.buffers()[1], np.int32)[encoded.offset : encoded.offset + len(encoded) + 1]
    offsets = offsets.astype(np.int64)
    content = encoded.buffers()[2]
    data = np.zeros((len(content) if content else 0) + _PADDING, np.uint8)
    data[: len(data) - _PADDING] = np.frombuffer(content, np.uint8) if content else []
    words = _words(data)

    starts, ends = offsets[:-1], offsets[1:]
    heads = words[starts]
    lengths = (heads >> np.uint64(8) & np.uint64(0xFF)).astype(np.int64)
    is_odd = ((heads & np.uint64(0xFF)) != _KEY) | (starts + 2 > ends)
    lengths[is_odd] = _LONGEST + 1
    rows, places = keys.found(words, starts + 2, lengths)
    unfit = [owners[is_odd]]
    values, ends = starts[rows] + 2 + lengths[rows], ends[rows]

    kind = np.zeros(len(rows), np.uint8)
    number = np.zeros(len(rows), np.int64)
    begins, is_sound = _inner(data, values, ends, _VALUE)
    is_sound |= values == ends  # a key without a value
    tags = np.where(is_sound & (begins < ends), data[np.minimum(begins, len(data) - 1)], 0)

    is_text = tags == _TEXT
    texts = np.where(is_text, begins, ends)
    inner, is_text_sound = _inner(data, texts, ends, _TEXT)
    begins_text = np.where(is_text & is_text_sound, inner, ends)
    kind[is_text & (begins_text < ends)] = TEXT
    is_sound &= ~is_text | is_text_sound
    for tag, told in ((_NUMBER, NUMBER), (_FLAG, FLAG)):
        at = np.flatnonzero(tags == tag)
        number[at], is_number = _varints(data, begins[at] + 1, ends[at])
        kind[at] = told
        is_sound[at] &= is_number
    unfit.append(owners[rows[~is_sound]])
    kind[~is_sound] = OTHER
    text = _between(encoded, begins_text, ends)
    return Attributes(owners[rows], keys.names, places, kind, number, text, 2), np.concatenate(unfit)


def _words(data: np.ndarray) -> np.ndarray:
    """Return the 8 bytes from every byte on as a number, the first byte being the lowest."""
    return np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))


def _part(words: np.ndarray, starts: np.ndarray, lengths: np.ndarray, part: int) -> np.ndarray:
    """Return the 8 bytes from 8 · `part` on, with zeros from the length on."""
    return words[starts + 8 * part] & _MASKS[np.clip(lengths - 8 * part, 0, 8)]


def _hashes(words: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    first = words[starts] & _MASKS[np.minimum(lengths, 8)]
    last = words[np.minimum(starts + np.maximum(lengths - 8, 0), len(words) - 1)] & _MASKS[np.minimum(lengths, 8)]
    return first * _MIX[0] ^ last * _MIX[1] ^ lengths.astype(np.uint64) * _MIX[2]


def _inner(data: np.ndarray, at: np.ndarray, ends: np.ndarray, tag: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where the content of a field begins that reaches up to `ends`, and whether there is such a field."""
    first = data[np.minimum(at + 1, len(data) - 1)].astype(np.int64)
    begins = at + 2
    if (first > 0x7F).any():
        length, more = first & 0x7F, first > 0x7F
        for shift in (7, 14, 21, 28):
            byte = data[np.minimum(begins, len(data) - 1)].astype(np.int64)
            length = np.where(more, length | (byte & 0x7F) << shift, length)
            begins = begins + more
            more &= byte > 0x7F
        is_whole = (begins + length == ends) & ~more
    else:
        is_whole = begins + first == ends
    return begins, is_whole & (at < ends) & (data[np.minimum(at, len(data) - 1)] == tag)


def _varints(data: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers that reach from `begins` to `ends`, as signed ones of 64 bits, and which are such."""
    sizes = ends - begins
    is_whole = (sizes >= 1) & (sizes <= 10)
    numbers = np.zeros(len(begins), np.uint64)
    for at in range(int(sizes[is_whole].max(initial=0))):
        byte = data[np.minimum(begins + at, len(data) - 1)]
        counts = at < sizes
        is_whole &= ~counts | ((byte > 0x7F) == (at < sizes - 1))
        numbers |= np.where(counts, byte & np.uint8(0x7F), 0).astype(np.uint64) << np.uint64(7 * at)
    return numbers.view(np.int64), is_whole


def _between(encoded: pa.Array, begins: np.ndarray, ends: np.ndarray) -> pa.Array:
    """Return the bytes from each beginning to each end, and between them what lies there: without a copy."""
    if not len(begins):
        return pa.array([], pa.binary())
    offsets = np.empty(2 * len(begins) + 1, np.int32)
    offsets[0:-1:2], offsets[1::2], offsets[-1] = begins, ends, ends[-1]
    return pa.Array.from_buffers(pa.binary(), 2 * len(begins), [None, pa.py_buffer(offsets), encoded.buffers()[2]])
