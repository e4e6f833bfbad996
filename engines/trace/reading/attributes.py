"""Attributes of many spans at once, picked into the columns of `SPANS` by arrays instead of one by one.

Equal to `text_of`, `number_of` and `flag_of` of `spans.py` on every owner's attributes, of which a later one replaces
an earlier one of the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engines.trace.spans import SPAN_FLAGS, SPAN_NUMBERS

_DIGITS = "^[0-9]{1,10}$"

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Attributes:
    """Arrays of one length, a row an attribute: the row of its owner, its key, and its value in one of three columns.

    `owner`: whole numbers; `key`, `text`: strings; `number`: int64; `flag`: bools. Values of other types are null.
    """

    owner: np.ndarray
    key: pa.Array
    text: pa.Array
    number: pa.Array
    flag: pa.Array


class Told:
    """What the attributes tell of `owners` rows, for the columns of `tables`."""

    def __init__(self, attributes: Attributes, owners: int, tables: Iterable[Names]) -> None:
        self._owners = owners
        self._attributes = attributes
        self._text = _without_blanks(attributes.text)
        wanted = {key for names in tables for keys in names.values() for key in keys}
        codes, keys = _encoded(attributes.key)
        self._slots = {key: slot for slot, key in enumerate(key for key in keys if key in wanted)}
        slot_of_code = np.array([self._slots.get(key, -1) for key in keys], np.int32)
        slots = slot_of_code[codes] if len(keys) else np.zeros(0, np.int32)
        at = np.flatnonzero(slots >= 0)
        self._last = np.full((len(self._slots), owners), -1, np.int64)
        self._last[slots[at], attributes.owner[at]] = at  # of one place's several values, the last one stays

    def texts(self, names: Names) -> dict[str, pa.Array]:
        """Return the columns of texts, null where none is told."""
        return {
            column: _coalesced([self._text.take(at) for at in self._places(keys)], self._owners, pa.string())
            for column, keys in names.items()
        }

    def numbers(self, names: Names = SPAN_NUMBERS) -> dict[str, pa.Array]:
        """Return the columns of whole numbers."""
        return {
            column: _coalesced([self._numbers_at(at) for at in self._places(keys)], self._owners, pa.uint32())
            for column, keys in names.items()
        }

    def flags(self, names: Names = SPAN_FLAGS) -> dict[str, pa.Array]:
        """Return the columns of yes and no."""
        flag = self._attributes.flag
        return {
            column: _coalesced([flag.take(at) for at in self._places(keys)], self._owners, pa.bool_())
            for column, keys in names.items()
        }

    def _places(self, keys: tuple[str, ...]) -> Iterable[pa.Array]:
        """Yield, for every key that occurs, the row of its attribute for each owner, null where it has none."""
        for key in keys:
            if (slot := self._slots.get(key)) is not None:
                at = self._last[slot]
                yield pa.array(at, mask=at < 0)

    def _numbers_at(self, at: pa.Array) -> pa.Array:
        numbers = self._attributes.number.take(at)
        texts = self._text.take(at)
        if texts.null_count < len(texts):
            is_number = pc.match_substring_regex(texts, _DIGITS)
            spelled = pc.if_else(is_number, texts, pa.scalar(None, pa.string())).cast(pa.int64())
            numbers = pc.coalesce(numbers, spelled)
        is_known = pc.and_(pc.greater_equal(numbers, 0), pc.less(numbers, 2**31))
        return pc.if_else(is_known, numbers, pa.scalar(None, pa.int64())).cast(pa.uint32())


def _encoded(keys: pa.Array) -> tuple[np.ndarray, list[str]]:
    encoded = keys.dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()


def _without_blanks(texts: pa.Array) -> pa.Array:
    is_blank = pc.equal(texts, "")
    return pc.if_else(is_blank, pa.scalar(None, pa.string()), texts) if pc.any(is_blank).as_py() else texts


def _coalesced(columns: list[pa.Array], rows: int, kind: pa.DataType) -> pa.Array:
    match columns:
        case []:
            return pa.nulls(rows, kind)
        case [only]:
            return only
    return pc.coalesce(*columns)
