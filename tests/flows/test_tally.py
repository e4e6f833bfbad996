"""What engines yield is counted as it passes by."""

import json
from collections.abc import Iterator

from engines.contract import Exerciser, Quarantined, Skip
from engines.trace.engine import TraceEngine
from flows.tally import Tally
from tests.engines.trace.recordings import TARGET, document, endpoint, function, sql


class Said:
    """An engine that yields what it is given."""

    name, version, technique = "said", "1", "imported"

    def __init__(self, *records) -> None:
        self.records = records

    def run(self, target, rules) -> Iterator:
        yield from self.records


def told(*records):
    tally, engine = Tally(), Said(*records)
    assert list(tally.of(engine, engine.run(TARGET, []))) == list(records)
    return tally.told()


def refused(reason: str) -> Quarantined:
    return Quarantined("*", "spans", reason, "r" * 1_000, "file@7")


def test_a_recording_is_told_by_traces_services_endpoints_and_sinks(tmp_path):
    path = tmp_path / "traces"
    spans = [endpoint(1, 0, "/a/7", "/a/{id}"), function(2, 1, "load"), sql(3, 2, "select 1"),
             endpoint(1, 0, "/a/8", "/a/{id}", trace="b" * 32)]  # fmt: skip
    path.write_text(json.dumps(document(spans)))
    engine, tally = TraceEngine(path, Exerciser.IMPORT), Tally()
    count = sum(1 for _ in tally.of(engine, engine.run(TARGET, [])))
    found = tally.told()
    rows = found.pop("rows")
    assert count and rows["call_paths"] == 3
    assert found == {
        "traces": 2,
        "spans": 4,
        "services": ["shop"],
        "endpoints": [{"service": "shop", "method": "GET", "route": "/a/{id}"}],
        "sinks": {"sql": 1},
        "quarantined": [],
        "untold": [],
    }


def test_what_is_no_recording_has_no_traces():
    assert told(Skip("a", "t", "file", "x", "too_large", "It is too large.")) == {
        "quarantined": [],
        "untold": [{"service": "a", "reason": "too_large", "explanation": "It is too large."}],
        "rows": {"skips": 1},
    }


def test_records_refused_for_one_reason_are_counted_together_with_an_example():
    found = told(refused("span id '1' is bad at 5"), refused("span id '2' is bad at 6"), refused("no JSON"))
    assert found["quarantined"] == [
        {"reason": "span id '1' is bad at 5", "count": 2, "source": "file@7", "record": "r" * 200},
        {"reason": "no JSON", "count": 1, "source": "file@7", "record": "r" * 200},
    ]


def test_many_reasons_are_bounded_and_none_is_left_out():
    found = told(*(refused("x" * size) for size in range(1, 101)))["quarantined"]
    assert len(found) == 21 and sum(one["count"] for one in found) == 100
    assert found[0]["reason"] == "other reasons"
