"""Encoded attributes are decoded by arrays to what protobuf's own parser finds in them, or told to be odd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from engines.trace.reading.attributes import FLAG, NUMBER, OTHER, TEXT
from engines.trace.reading.otlp_attributes import Keys, decoded
from tests.engines.trace.reading.requests import KEYS as KNOWN
from tests.engines.trace.reading.requests import values

WANTED = {key for key in KNOWN if key not in ("", "other", "url.path")}
KEYS = Keys(WANTED)
NEAR = st.sampled_from(sorted(WANTED)).flatmap(
    lambda key: st.integers(0, len(key) - 1).map(lambda at: key[:at] + "?" + key[at + 1 :])
)
PAIRS = st.builds(KeyValue, key=st.sampled_from(KNOWN) | NEAR | st.text(max_size=200), value=st.none() | values())


def found(encoded: list[bytes]) -> tuple[list[tuple[int, str, Any]], list[int]]:
    lists = pa.array([[one] for one in encoded], pa.list_(pa.binary()))
    attributes, odd = decoded(lists, np.arange(len(encoded)), KEYS)
    texts = attributes.text.take(pa.array(np.arange(len(attributes.owner)) * attributes.stride)).to_pylist()
    plain = {TEXT: lambda row: texts[row].decode(), NUMBER: lambda row: int(attributes.number[row]),
             FLAG: lambda row: bool(attributes.number[row]), OTHER: lambda row: None}  # fmt: skip
    told = [
        (int(owner), attributes.keys[attributes.key[row]], plain[attributes.kind[row]](row))
        for row, owner in enumerate(attributes.owner)
    ]
    return told, odd.tolist()


def expected(pair: KeyValue) -> Any:
    match pair.value.WhichOneof("value"):
        case "string_value":
            return pair.value.string_value or None
        case "int_value":
            return pair.value.int_value
        case "bool_value":
            return pair.value.bool_value
    return None


@settings(max_examples=200, deadline=None)
@given(st.lists(PAIRS, max_size=12))
def test_wanted_keys_have_the_values_that_protobuf_finds(pairs: list[KeyValue]) -> None:
    told, odd = found([pair.SerializeToString() for pair in pairs])
    assert told == [(at, pair.key, expected(pair)) for at, pair in enumerate(pairs) if pair.key in WANTED]
    assert odd == [at for at, pair in enumerate(pairs) if not pair.key]


@pytest.mark.parametrize("length", [0, 1, 127, 128, 129, 16_383, 16_384, 70_000, 2_200_000])
def test_texts_of_any_length_are_found(length: int) -> None:
    pair = KeyValue(key="http.route")
    pair.value.string_value = "x" * length
    other = KeyValue(key="http.route")
    other.value.string_value = "y"
    assert found([pair.SerializeToString(), other.SerializeToString()]) == (
        [(0, "http.route", "x" * length or None), (1, "http.route", "y")], [],
    )  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"\x0a",
        b"\x12\x03\x0a\x01x\x0a\x0ahttp.route",  # the value first
        b"\x0a\x0ahttp.route\x12\x09\x0a\x01x",  # a value that is longer than what there is
        b"\x0a\x0ahttp.route\x12\x03\x0a\x02x",  # a text that is
        b"\x0a\x0ahttp.route\x12\x03\x0a\x01x\x18\x01",  # something behind
        b"\x0a\x0ahttp.route\x12\x02\x18\x80",  # a number without its end
        b"\x0a\x0ahttp.route\x12\x03\x18\x01\x01",
        b"\x0a\x0ahttp.route\x12\x0c\x18" + b"\x80" * 10 + b"\x01",
        b"\x0a\x0ahttp.route\x12\xff\xff\xff\xff\xff\xff",
        b"\x0a\x0ahttp.rou",  # a key that is longer than what there is
    ],
)
def test_what_is_encoded_in_another_way_is_told_to_be_odd_or_is_not_wanted(odd: bytes) -> None:
    sound = KeyValue(key="http.route")
    sound.value.string_value = "/a"
    told, found_odd = found([sound.SerializeToString(), odd, sound.SerializeToString()])
    assert [one for one in told if one[0] != 1] == [(0, "http.route", "/a"), (2, "http.route", "/a")]
    assert found_odd == [1] or not any(owner == 1 for owner, _, _ in told)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_are_survived(encoded: list[bytes]) -> None:
    told, odd = found(encoded)
    assert set(odd) <= set(range(len(encoded)))


def test_a_wanted_key_that_is_too_long_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="more than 32 bytes"):
        Keys({"x" * 33})
