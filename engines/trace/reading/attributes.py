"""Attributes of many spans at once, picked into the columns of `SPANS` by arrays instead of one by one.

Equal to `text_of`, `number_of` and `flag_of` of `spans.py` on every owner's attributes, of which a later one replaces
an earlier one of the same key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_DIGITS = "^[0-9]{1,10}$"
_LARGEST = 2**31  # beyond what a number may be

OTHER, TEXT, NUMBER, FLAG = 0, 1, 2, 3  # what a value is; an empty text is another

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes, a row each, in the order they came in; a row is in every array but `keys` and `text`.

    `owner`: the row of what has it. `key`: its place in `keys`. `kind`: of its value. `number`: int64, of a flag 0 or
    1. `text`: strings, of which that of row n stands at n · `stride`; they may be bytes that are still to be checked.
    """

    owner: np.ndarray
    keys: list[str]
    key: np.ndarray
    kind: np.ndarray
    number: np.ndarray
    text: pa.Array
    stride: int = 1


class Told:
    """What the attributes tell of `owners` rows, for the columns of tables like those of `spans.py`."""

    def __init__(self, attributes: Attributes, owners: int, *tables: Names) -> None:
        self._owners = owners
        self._attributes = attributes
        wanted = {key for names in tables for keys in names.values() for key in keys}
        occurs = np.bincount(attributes.key, minlength=len(attributes.keys)) > 0
        found = [key for key, there in zip(attributes.keys, occurs, strict=True) if there and key in wanted]
        self._slots = {key: slot for slot, key in enumerate(found)}
        slot_of_key = np.array([self._slots.get(key, -1) for key in attributes.keys], np.int64)
        slots = slot_of_key[attributes.key]
        at = np.flatnonzero(slots >= 0)
        self._last = np.full((len(self._slots), owners), -1, np.int64)
        self._last[slots[at], attributes.owner[at]] = at  # of several values for one place the last one stays

    def texts(self, names: Names) -> dict[str, pa.Array]:
        """Return the columns of texts, null where none is told. Raises pa.ArrowInvalid for what is no UTF-8."""
        return {
            column: self._coalesced(
                [self._texts_at(at, is_told) for at, is_told in self._places(keys, TEXT)], pa.string()
            )
            for column, keys in names.items()
        }

    def numbers(self, names: Names) -> dict[str, pa.Array]:
        """Return the columns of whole numbers, as uint32."""
        return {
            column: self._coalesced([self._numbers_at(at) for at, _ in self._places(keys, NUMBER, TEXT)], pa.uint32())
            for column, keys in names.items()
        }

    def flags(self, names: Names) -> dict[str, pa.Array]:
        """Return the columns of yes and no."""
        number = self._attributes.number
        return {
            column: self._coalesced(
                [pa.array(number[at] != 0, mask=~is_told) for at, is_told in self._places(keys, FLAG)], pa.bool_()
            )
            for column, keys in names.items()
        }

    def _places(self, keys: tuple[str, ...], *kinds: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield, for every key that has values of the kinds, their rows, and which owners have one at all."""
        for key in keys:
            if (slot := self._slots.get(key)) is not None:
                at = self._last[slot]
                kind = self._attributes.kind[at]
                is_told = (at >= 0) & np.logical_or.reduce([kind == one for one in kinds])
                if is_told.any():
                    yield at, is_told

    def _texts_at(self, at: np.ndarray, is_told: np.ndarray) -> pa.Array:
        texts = self._attributes.text.take(pa.array(at * self._attributes.stride, mask=~is_told))
        return texts if texts.type == pa.string() else texts.cast(pa.string())

    def _numbers_at(self, at: np.ndarray) -> pa.Array:
        kind, numbers = self._attributes.kind[at], self._attributes.number[at]
        is_told = (at >= 0) & (kind == NUMBER)
        is_text = (at >= 0) & (kind == TEXT)
        if is_text.any():
            texts = self._texts_at(at, is_text)
            is_spelled = pc.match_substring_regex(texts, _DIGITS).fill_null(False)
            spelled = pc.if_else(is_spelled, texts, "0").cast(pa.int64())
            is_spelled = is_spelled.to_numpy(zero_copy_only=False)
            numbers = np.where(is_spelled, spelled.fill_null(0).to_numpy(zero_copy_only=False), numbers)
            is_told |= is_spelled
        is_told &= (numbers >= 0) & (numbers < _LARGEST)
        return pa.array(np.where(is_told, numbers, 0).astype(np.uint32), mask=~is_told)

    def _coalesced(self, columns: list[pa.Array], kind: pa.DataType) -> pa.Array:
        if len(columns) > 1:
            return pc.coalesce(*columns)
        return columns[0] if columns else pa.nulls(self._owners, kind)
