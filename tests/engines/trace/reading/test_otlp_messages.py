"""The part of the messages that is read here has the numbers and types that OTLP gives them."""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from engines.trace.reading.otlp_messages import OUTER_REQUEST, OuterRequest, Request, UncheckedScopeSpans
from tests.engines.trace.reading.requests import request


def assert_agrees(ours: Descriptor, theirs: Descriptor) -> int:
    fields = 0
    for field in ours.fields:
        official = theirs.fields_by_number[field.number]
        assert field.is_repeated == official.is_repeated, field.full_name
        assert (field.containing_oneof is None) == (official.containing_oneof is None), field.full_name
        if official.enum_type is None:
            assert field.type == official.type, field.full_name
        fields += 1 + (assert_agrees(field.message_type, official.message_type) if field.message_type else 0)
    return fields


def test_every_field_agrees_with_the_official_messages() -> None:
    assert assert_agrees(Request.DESCRIPTOR, ExportTraceServiceRequest.DESCRIPTOR) > 25


def test_no_message_lies_within_itself() -> None:
    def depth(message: Descriptor, seen: tuple[str, ...] = ()) -> None:
        assert message.full_name not in seen
        for field in message.fields:
            if field.message_type:
                depth(field.message_type, (*seen, message.full_name))

    depth(Request.DESCRIPTOR)


def test_what_is_no_text_can_be_read_unchecked() -> None:
    [of_scope] = Request.FromString(request(1)).resource_spans[0].scope_spans
    broken = of_scope.SerializeToString().replace(b"span 1", b"span \xff")
    assert UncheckedScopeSpans.FromString(broken).spans[0].name == b"span \xff"


def test_attributes_may_stay_encoded() -> None:
    body = request(1, http__route="/a")
    outer = OuterRequest.FromString(body).resource_spans[0]
    [attribute] = outer.scope_spans[0].spans[0].attributes
    assert KeyValue.FromString(attribute).key == "http.route"
    assert outer.SerializeToString() == ExportTraceServiceRequest.FromString(body).resource_spans[0].SerializeToString()
    assert OUTER_REQUEST is OuterRequest.DESCRIPTOR
