"""Both encodings of OTLP give the same spans, and a bad span costs only itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.trace.otlp import Malformed, Span, spans_of
from tests.engines.trace.recordings import SPANS, document, function, protobuf, run_spans


def test_protobuf_and_json_give_the_same_spans() -> None:
    from_json, from_protobuf = list(spans_of(document(SPANS))), list(spans_of(protobuf(SPANS)))
    assert from_json == from_protobuf
    assert len([told for told in from_json if isinstance(told, Span)]) == len(SPANS)


def test_integers_may_be_numbers_or_text_and_kinds_may_be_names() -> None:
    [told] = document([{**function(1, 0, "f"), "kind": "SPAN_KIND_SERVER"}])["resourceSpans"]
    told["scopeSpans"][0]["spans"][0]["attributes"].append({"key": "n", "value": {"intValue": 7}})
    span = list(spans_of({"resourceSpans": [told]}))[1]
    assert isinstance(span, Span)
    assert span.kind == 2 and span.attributes["n"] == 7 and span.attributes["code.line.number"] == 7


@pytest.mark.parametrize("content", [b"\xff\xff", b"hello", {"data": 1}, {"resourceSpans": 3}])
def test_what_is_no_request_is_malformed(content: Any) -> None:
    with pytest.raises(Malformed, match="not an OTLP request"):
        list(spans_of(content))


def test_one_bad_span_costs_only_itself(tmp_path: Path) -> None:
    bad = {**function(40, 1, "x"), "traceId": "zz"}
    worse: Any = {"traceId": "a" * 32, "spanId": "b" * 16, "attributes": 7}
    found = run_spans(tmp_path, [*SPANS, bad, worse, None])
    assert len(found["CallPath"]) == 7 and len(found["Quarantined"]) == 3
