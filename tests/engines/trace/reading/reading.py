"""Read small files with a reader, for the tests of formats."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

from engines.trace.spans import SPANS, Item

FIXTURES = Path(__file__).resolve().parents[5] / "shared" / "fixtures"
needs_fixtures = pytest.mark.skipif(not FIXTURES.is_dir(), reason="no recordings of other tools in ../shared/fixtures")


def fixtures(folder: str) -> list[Path]:
    return sorted((FIXTURES / folder).glob("*")) if FIXTURES.is_dir() else []


def told(reader: ModuleType, path: Path, document: Any = None) -> tuple[dict[str, dict[str, Any]], list[Item]]:
    """Return the spans of a file (or of a document that is written there) by id in hex, and what else is yielded.

    Of a span only what is told is in its row; ids are in hex.
    """
    if document is not None:
        path.write_text(document if isinstance(document, str) else json.dumps(document))
    rows, others = {}, []
    for item in reader.read(path):
        if not isinstance(item, pa.RecordBatch):
            others.append(item)
            continue
        assert item.schema == SPANS
        for row in item.to_pylist():
            row["trace_id"] = row["trace_id"].hex()
            for name in ("span_id", "parent_id", "link_span_id"):
                row[name] = f"{row[name]:016x}" if row[name] else None
            identity = row.pop("span_id")
            assert identity not in rows
            rows[identity] = {name: value for name, value in row.items() if value not in (None, "", 0, False)}
    return rows, others
