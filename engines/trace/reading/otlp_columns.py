"""Requests that were decoded to nested Arrow arrays, flattened into `SPANS` without a step per span.

The arrays have the shape of `otlp_messages.OUTER_REQUEST`: a list of resource spans a request, of scope spans a
resource, of spans a scope, and of encoded attributes a span.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engines.trace.reading.attributes import Told
from engines.trace.reading.otlp_attributes import Keys, decoded
from engines.trace.spans import (
    CONSUMER,
    RESOURCE_NUMBERS,
    RESOURCE_TEXTS,
    SHARED_LIMIT,
    SPAN_FLAGS,
    SPAN_NUMBERS,
    SPAN_TEXTS,
    SPANS,
    Dropped,
)

ERROR = 2  # the status code


def _keys(*tables: dict[str, tuple[str, ...]]) -> Keys:
    return Keys({key for names in tables for keys in names.values() for key in keys})


_OF_RESOURCES = RESOURCE_TEXTS, RESOURCE_NUMBERS
_OF_SPANS = SPAN_TEXTS, SPAN_NUMBERS, SPAN_FLAGS
_RESOURCE_KEYS, _SPAN_KEYS = _keys(*_OF_RESOURCES), _keys(*_OF_SPANS)


@dataclass(frozen=True, slots=True)
class Flattened:
    """The spans, `None` where some requests do not fit; these, by their places in the list, as they have impossible ids
    or an encoding of their own; and what senders lost: (request, service, spans)."""

    spans: pa.RecordBatch | None
    unfit: list[int]
    dropped: list[tuple[int, Dropped]]


def flattened(requests: pa.ListArray) -> Flattened:
    """Return the spans of requests, which are given as their lists of resource spans.

    Raises pa.ArrowInvalid where an attribute is no UTF-8.
    """
    resources = requests.flatten()
    of_request = _owners(requests)
    resource_lists = _field(_field(resources, "resource"), "attributes")
    resource_attributes, unfit_resources = decoded(resource_lists, _owners(resource_lists), _RESOURCE_KEYS)
    resource = Told(resource_attributes, len(resources), *_OF_RESOURCES)
    resource_texts = {name: shared(texts) for name, texts in resource.texts(RESOURCE_TEXTS).items()}
    lists_of_scopes = _field(resources, "scope_spans")
    scopes = lists_of_scopes.flatten()
    lists_of_spans = _field(scopes, "spans")
    spans = lists_of_spans.flatten()
    of_scope = _owners(lists_of_spans)
    of_resource = _owners(lists_of_scopes)[of_scope]

    trace_id, has_trace = _identities(_field(spans, "trace_id"), 16)
    span_id, has_id = _numbers(_field(spans, "span_id"))
    span_lists = _field(spans, "attributes")
    attributes, unfit_spans = decoded(span_lists, _owners(span_lists), _SPAN_KEYS)
    unfit_spans = np.concatenate([unfit_spans, np.flatnonzero(~(has_trace & has_id))])
    if len(unfit_spans) or len(unfit_resources):
        unfit = np.concatenate([of_resource[unfit_spans], unfit_resources])
        return Flattened(None, np.unique(of_request[unfit]).tolist(), [])
    parent_id, _ = _numbers(_field(spans, "parent_id"))
    told = Told(attributes, len(spans), *_OF_SPANS)
    columns = {
        "trace_id": binary(trace_id),
        "span_id": pa.array(span_id),
        "parent_id": pa.array(parent_id),
        **_links(_field(spans, "links")),
        "scope": shared(_field(_field(scopes, "scope"), "name").fill_null("")).take(pa.array(of_scope)),
        "name": _field(spans, "name"),
        "kind": _kinds(_field(spans, "kind")),
        "start": _field(spans, "start"),
        "end": _field(spans, "end"),
        "is_error": pc.equal(_field(_field(spans, "status"), "code"), ERROR).fill_null(False),
        "trace_state": _field(spans, "trace_state"),
        **{name: texts.take(pa.array(of_resource)) for name, texts in resource_texts.items()},
        **told.texts(SPAN_TEXTS),
        **told.numbers(SPAN_NUMBERS),
        **told.flags(SPAN_FLAGS),
    }
    batch = pa.RecordBatch.from_arrays([columns[name] for name in SPANS.names], schema=SPANS)
    return Flattened(batch, [], _dropped(resource, resource_texts["service"], of_request))


def _dropped(resource: Told, services: pa.Array, of_request: np.ndarray) -> list[tuple[int, Dropped]]:
    told = resource.numbers(RESOURCE_NUMBERS)
    lost, until = (told[name].fill_null(0).to_numpy(zero_copy_only=False) for name in ("lost", "lost_until"))
    return [
        (int(of_request[at]), Dropped(services[at].as_py() or "", int(lost[at]), int(until[at])))
        for at in np.flatnonzero(lost)
    ]


def _field(structs: pa.StructArray, name: str) -> pa.Array:
    """Return a field of every struct, null where the struct is."""
    at = structs.type.get_field_index(name)
    is_plain = structs.null_count == 0 and structs.offset == 0
    return structs.field(at) if is_plain else pc.struct_field(structs, [at])


def shared(texts: pa.Array) -> pa.Array:
    """Return texts that many spans repeat, cut to what they may have."""
    return pc.utf8_slice_codeunits(texts, 0, SHARED_LIMIT)


def _owners(lists: pa.ListArray) -> np.ndarray:
    """Return, for each element of all the lists, the row of its list."""
    return pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)


def _identities(ids: pa.BinaryArray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids as rows of `size` bytes, and which of them have that size and are not all zero."""
    offsets = np.frombuffer(ids.buffers()[1], np.int32)[ids.offset : ids.offset + len(ids) + 1]
    content = ids.buffers()[2]
    content = np.frombuffer(content, np.uint8) if content else np.zeros(0, np.uint8)
    is_whole = np.diff(offsets) == size
    if is_whole.all():
        rows = content[offsets[0] : offsets[-1]].reshape(-1, size)
    else:
        rows = np.zeros((len(ids), size), np.uint8)
        rows[is_whole] = content[offsets[:-1][is_whole, None] + np.arange(size)]
    return rows, np.ascontiguousarray(rows).view(np.uint64).any(axis=1)


def _numbers(ids: pa.BinaryArray) -> tuple[np.ndarray, np.ndarray]:
    """Return ids of 8 bytes as numbers, 0 where they are none, and which are not 0."""
    rows, is_whole = _identities(ids, 8)
    return numbers(rows), is_whole


def numbers(rows: np.ndarray) -> np.ndarray:
    """Return rows of 8 bytes as numbers, the first byte being the highest."""
    return np.ascontiguousarray(rows).view(">u8").astype(np.uint64).reshape(-1)


def binary(rows: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    """Return rows of bytes as an array of such, null where `mask` is false."""
    size = rows.shape[1]
    validity = None if mask is None else pa.array(mask).buffers()[1]
    content = pa.py_buffer(np.ascontiguousarray(rows))
    return pa.Array.from_buffers(pa.binary(size), len(rows), [validity, content])


def _links(lists: pa.ListArray) -> dict[str, pa.Array]:
    """Return the first link of each span, where it is one."""
    offsets = lists.offsets.to_numpy()
    if offsets[0] == offsets[-1]:
        return {"link_trace_id": pa.nulls(len(lists), pa.binary(16)), "link_span_id": pa.nulls(len(lists), pa.uint64())}
    first = pa.array(offsets[:-1], mask=np.diff(offsets) == 0)
    trace_id, has_trace = _identities(_field(lists.values, "trace_id").take(first).fill_null(b""), 16)
    span_id, has_id = _numbers(_field(lists.values, "span_id").take(first).fill_null(b""))
    is_link = has_trace & has_id
    return {"link_trace_id": binary(trace_id, is_link), "link_span_id": pa.array(span_id, mask=~is_link)}


def _kinds(kinds: pa.Array) -> pa.Array:
    numbers = kinds.to_numpy()
    return pa.array(np.where((numbers >= 0) & (numbers <= CONSUMER), numbers, 0).astype(np.uint8))
