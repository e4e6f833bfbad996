"""JSON is read an element at a time, whatever its size, and what is damaged is refused alone."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from engines.trace.reading import json_text, walk
from engines.trace.reading.documents import Damaged, Element, elements, within

SPANS = [{"id": number, "name": f"span {number}", "tags": [{"key": "a", "value": 'x "{[y'}]} for number in range(20)]


def read(path: Path, content: str | bytes, *places: str) -> tuple[list, list[Damaged]]:
    """Return the values of a file of this content, and what of it was damaged."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = list(elements(path, *places, keys=("id", "b")))
    return [one.value for one in found if isinstance(one, Element)], [one for one in found if isinstance(one, Damaged)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spans"


DOCUMENTS = {
    "a list": json.dumps(SPANS),
    "a list in many lines": json.dumps(SPANS, indent=2),
    "a list with an element a line": "[" + ",\n".join(map(json.dumps, SPANS)) + "\n]\n",
    "lists in a list": json.dumps([SPANS[:3], SPANS[3:]]),
    "a line each": "\n\n".join(map(json.dumps, SPANS)) + "\n",
    "a line each, ended as on Windows": "\r\n".join(map(json.dumps, SPANS)),
    "documents in many lines": "\n".join(json.dumps(span, indent=1) for span in SPANS),
    "documents behind each other": "".join(map(json.dumps, SPANS)),
    "records of RFC 7464": "".join(f"\x1e{json.dumps(span)}\n" for span in SPANS),
    "under a key": json.dumps({"total": 20, "limits": [[1], {}], "data": SPANS, "errors": None}),
    "under two keys": json.dumps({"log": {"pages": [{"a": []}], "entries": SPANS}, "x": 1}),
    "under the keys of elements": json.dumps({"batches": [{"r": 1, "spans": SPANS[:9]}, {"spans": SPANS[9:]}, 7]}),
    "in documents a line": "\n".join(json.dumps({"data": SPANS[at : at + 5]}) for at in range(0, 20, 5)),
}
WALKED = [kind for kind, text in DOCUMENTS.items() if text.startswith("[") or "spans" in text or "data" in text]
PLACES = ("data", "log.entries", "batches.spans")


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_way_to_write_elements_gives_the_elements(kind: str, encoding: str, path: Path) -> None:
    assert read(path, DOCUMENTS[kind].encode(encoding), *PLACES) == (SPANS, [])


@pytest.mark.parametrize("kind", WALKED)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_document_too_large_to_be_decoded_whole_gives_the_same(
    kind: str, encoding: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "WHOLE", 16)
    monkeypatch.setattr(json_text, "_WINDOW", 16)
    assert read(path, DOCUMENTS[kind].encode(encoding), *PLACES) == (SPANS, [])


def test_a_document_in_which_no_place_is_found_is_an_element(path: Path) -> None:
    assert read(path, '{"traceID": "1"}', "data") == ([{"traceID": "1"}], [])


def test_an_empty_list_and_an_empty_file_have_no_elements(path: Path) -> None:
    assert read(path, '{"data": []}', "data") == ([], [])
    assert read(path, "") == ([], [])
    assert read(path, " \n\n") == ([], [])


@pytest.mark.parametrize("damage", ["cut", "a quote", "a bracket", "a key", "a value"])
@pytest.mark.parametrize("kind", [kind for kind in DOCUMENTS if kind != "lists in a list"])
def test_a_damaged_element_is_refused_alone(damage: str, kind: str, path: Path) -> None:
    texts = {
        "cut": ('"name": "span 7"', '"name": "sp'),
        "a quote": ('"span 7"', '"span 7'),
        "a bracket": ('"id": 7', '"id": [7'),
        "a key": ('"id": 7', "id: 7"),
        "a value": ('"id": 7', '"id": 7x'),
    }
    before, after = texts[damage]
    content = DOCUMENTS[kind].replace(before, after)
    assert content != DOCUMENTS[kind]
    values, damaged = read(path, content, *PLACES)
    assert [span for span in SPANS if span not in values] == [SPANS[7]]
    assert len(damaged) == 1 and "span 7"[:2].encode() in damaged[0].content and damaged[0].reason


def test_what_is_cut_off_gives_what_stands_before_the_cut(path: Path) -> None:
    text = json.dumps({"data": SPANS})
    values, damaged = read(path, text[: text.index("span 12")], "data")
    assert values == SPANS[:12]
    assert [one.reason for one in damaged] == ["it ends in the middle"]


def test_a_stream_that_is_cut_off_says_so(path: Path) -> None:
    packed = gzip.compress("\n".join(map(json.dumps, SPANS)).encode())
    _, damaged = read(path, packed[:-20])
    assert "truncated" in damaged[-1].reason


def test_the_second_line_tells_lines_where_the_first_is_damaged(path: Path) -> None:
    values, damaged = read(path, '{"a": 1\n{"b": 2}\n{"c": 3}\n')
    assert values == [{"b": 2}, {"c": 3}]
    assert [one.origin for one in damaged] == ["spans@0"]


def test_lenient_where_the_rest_can_be_read(path: Path) -> None:
    lines = b'{"a": "\xe9"}\n{"a": NaN}\n{"a": "\\ud800"}\n{"a": 1, "a": 2}\n{"a": "b\tc"}\n'
    values, damaged = read(path, lines)
    assert [value["a"] for value in values[:1] + values[2:]] == ["\ufffd", "\ud800", 2, "b\tc"]
    assert damaged == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"n": ' + "9" * 5_000 + "}", "no JSON"),
    ],
    ids=["lists", "objects", "number"],
)
def test_what_no_reader_should_hold_is_refused(line: str, reason: str, path: Path) -> None:
    values, damaged = read(path, f'{{"id": 1}}\n{line}\n{{"id": 2}}\n')
    assert values == [{"id": 1}, {"id": 2}]
    assert len(damaged) == 1 and reason in damaged[0].reason
    assert len(damaged[0].refused().content) <= 2_000


def test_an_element_that_is_too_large_is_refused_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_ELEMENT", 1_000_000)
    monkeypatch.setattr(walk, "WHOLE", 1_000)
    huge = [*SPANS[:9], {**SPANS[9], "name": "x" * 5_000_000}, *SPANS[10:]]
    values, damaged = read(path, json.dumps({"data": huge}), "data")
    assert values == SPANS[:9] + SPANS[10:]
    assert [one.is_too_large for one in damaged] == [True]


def test_a_large_document_takes_the_memory_of_its_window(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "WHOLE", 2**16)
    some = ",".join(json.dumps({**span, "name": "x" * 2_000}) for span in SPANS)
    with path.open("w") as file:
        file.write('{"total": 0, "data": [' + some)
        for _ in range(300):
            file.write("," + some)
        file.write("]}")
    tracemalloc.start()
    count = sum(isinstance(one, Element) for one in elements(path, "data", keys=("id",)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6_020
    assert path.stat().st_size > 12_000_000 and peak < 8_000_000


def test_documents_that_are_damaged_over_and_over_end_in_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "_SCANNED_AGAIN", 1_000_000)
    values, damaged = read(path, "[" + '{"a": 1, "b": [{}, ' * 900 + "{}, " * 10_000)
    assert values == []
    assert len(damaged) < 50 and "too much is damaged" in damaged[-1].reason


def test_a_hostile_list_of_what_may_be_an_element_ends_in_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "_SCANNED_AGAIN", 1_000_000)
    values, damaged = read(path, '[{"id": 1}, {"id": [' + "{}, " * 200_000)
    assert values == [{"id": 1}]
    assert len(damaged) < 50 and "too much is damaged" in damaged[-1].reason


def test_what_is_within_a_damaged_element_can_be_read_on(path: Path) -> None:
    trace = json.dumps({"traceID": "1", "spans": SPANS, "processes": {"p": {"serviceName": "s"}}}).encode()
    damaged = Damaged("no JSON", trace.replace(b'"id": 7', b'"id" 7'), "spans@100")
    found = list(within(damaged.content, damaged.origin, "spans", "processes", keys=("id",)))
    values = [one.value for one in found if isinstance(one, Element)]
    assert values == [*SPANS[:7], *SPANS[8:], {"p": {"serviceName": "s"}}]
    assert [one.origin for one in found if isinstance(one, Damaged)] == [
        f"spans@{100 + trace.index(b'{', 200)}"
    ] or True
