"""The part of OTLP's trace messages that is read, as protobuf descriptors made at run time.

The full messages (https://github.com/open-telemetry/opentelemetry-proto, trace/v1 and common/v1) hold values within
values without end; the part that `SPANS` needs is flat, so that Arrow can hold it and that nothing recurses. What is
left out here is skipped by every protobuf reader as an unknown field.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, FileDescriptor

_Field = descriptor_pb2.FieldDescriptorProto
_TEXT, _BYTES, _BOOL, _INT32, _INT64, _FIXED64 = (
    _Field.TYPE_STRING,
    _Field.TYPE_BYTES,
    _Field.TYPE_BOOL,
    _Field.TYPE_INT32,
    _Field.TYPE_INT64,
    _Field.TYPE_FIXED64,
)
_ONE_OF = {"AnyValue"}  # messages that hold one of their fields

# Message → field, its number, its type (a message by name) and whether it repeats.
_MESSAGES: dict[str, list[tuple[str, int, int | str, bool]]] = {
    "AnyValue": [("text", 1, _TEXT, False), ("flag", 2, _BOOL, False), ("number", 3, _INT64, False)],
    "KeyValue": [("key", 1, _TEXT, False), ("value", 2, "AnyValue", False)],
    "Link": [("trace_id", 1, _BYTES, False), ("span_id", 2, _BYTES, False)],
    "Status": [("code", 3, _INT32, False)],
    "Span": [
        ("trace_id", 1, _BYTES, False),
        ("span_id", 2, _BYTES, False),
        ("trace_state", 3, _TEXT, False),
        ("parent_id", 4, _BYTES, False),
        ("name", 5, _TEXT, False),
        ("kind", 6, _INT32, False),
        ("start", 7, _FIXED64, False),
        ("end", 8, _FIXED64, False),
        ("attributes", 9, "KeyValue", True),
        ("links", 13, "Link", True),
        ("status", 15, "Status", False),
    ],
    "Scope": [("name", 1, _TEXT, False)],
    "ScopeSpans": [("scope", 1, "Scope", False), ("spans", 2, "Span", True)],
    "Resource": [("attributes", 1, "KeyValue", True)],
    "ResourceSpans": [("resource", 1, "Resource", False), ("scope_spans", 2, "ScopeSpans", True)],
    "Request": [("resource_spans", 1, "ResourceSpans", True)],
}


def _file(text: int, attributes: int | str = "KeyValue") -> FileDescriptor:
    file = descriptor_pb2.FileDescriptorProto(name="otlp.proto", package="otlp", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        if name in _ONE_OF:
            message.oneof_decl.add(name="value")
        for field, number, kind, repeats in fields:
            label = _Field.LABEL_REPEATED if repeats else _Field.LABEL_OPTIONAL
            kind = attributes if kind == "KeyValue" else kind
            made = message.field.add(name=field, number=number, label=label)
            if isinstance(kind, str):
                made.type, made.type_name = _Field.TYPE_MESSAGE, f".otlp.{kind}"
            else:
                made.type = text if kind == _TEXT else kind
            if name in _ONE_OF:
                made.oneof_index = 0
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return pool.FindFileByName("otlp.proto")


def _class(file: FileDescriptor, name: str) -> Any:
    return message_factory.GetMessageClass(file.message_types_by_name[name])


_OUTER = _file(_TEXT, _BYTES)  # has attributes as bytes, to be decoded where their keys are wanted
_CHECKED, _UNCHECKED = _file(_TEXT), _file(_BYTES)  # the second has texts as bytes, for what is no UTF-8

OUTER_REQUEST: Descriptor = _OUTER.message_types_by_name["Request"]
OuterRequest = _class(_OUTER, "Request")
Request, ResourceSpans, ScopeSpans = (_class(_CHECKED, name) for name in ("Request", "ResourceSpans", "ScopeSpans"))
UncheckedResourceSpans, UncheckedScopeSpans = (_class(_UNCHECKED, name) for name in ("ResourceSpans", "ScopeSpans"))
