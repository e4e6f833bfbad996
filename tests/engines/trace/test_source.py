"""Every encoding is recognised by its content, and read within bounds."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
import zstandard

from engines.contract import EngineError
from engines.trace.spool import HEADER, PROTOBUF, frame
from tests.engines.trace.recordings import SPANS, document, protobuf, run


def test_every_encoding_gives_the_same_rows(tmp_path: Path) -> None:
    as_json, as_protobuf = json.dumps(document(SPANS)).encode(), protobuf(SPANS)
    lines = b"\n\n".join(json.dumps(document([one])).encode() for one in SPANS)
    contents = {
        "json": as_json,
        "lines": lines,
        "protobuf": as_protobuf,
        "json.gz": gzip.compress(as_json),
        "lines.zst": zstandard.compress(lines),
        "protobuf.zst": zstandard.compress(as_protobuf),
        "delimited": len(as_protobuf).to_bytes(4, "big") + as_protobuf,
        "segment": HEADER + b"".join(frame(PROTOBUF, protobuf([one])) for one in SPANS),
    }
    rows = {}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        rows[name] = run(tmp_path / name)
    assert len(rows["json"]["CallPath"]) == 7
    for name, found in rows.items():
        assert found == rows["json"], name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("text", b"hello"),
        ("other.json", b'{"data": []}'),
        ("cut.json", json.dumps(document(SPANS)).encode()[:500]),
        ("cut.gz", gzip.compress(json.dumps(document(SPANS)).encode())[:60]),
        ("cut.zst", zstandard.compress(random.Random(1).randbytes(5_000))[:200]),
        ("nested.json", b"[" * 100_000),
    ],
)
def test_what_holds_nothing_readable_is_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EngineError, match=name) as raised:
        run(tmp_path / name)
    assert "\n" not in str(raised.value) and str(raised.value).endswith(".")


def test_a_compression_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engines.trace import source

    for name, content in (("a.gz", gzip.compress(b" " * 3_000_000)), ("a.zst", zstandard.compress(b" " * 3_000_000))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(EngineError, match="more than 1000000 bytes when inflated"):
            list(source.payloads(tmp_path / name, max_inflated=1_000_000))


def test_a_truncated_file_keeps_its_whole_lines(tmp_path: Path) -> None:
    lines = b"\n".join(json.dumps(document([one])).encode() for one in SPANS)
    (tmp_path / "cut").write_bytes(lines[:-30])
    found = run(tmp_path / "cut")
    assert len(found["Quarantined"]) == 1 and len(found["CallPath"]) == 6


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="does the file exist"):
        run(tmp_path / "none")
