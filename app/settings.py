"""The two files that the app reads, and the only place that asks the environment for them."""

from __future__ import annotations

import os
from pathlib import Path


def published_file() -> Path:
    """Return the published DuckDB file: `LEADLINE_PUBLISHED`, else `.leadline/published.duckdb`."""
    return Path(os.environ.get("LEADLINE_PUBLISHED", ".leadline/published.duckdb"))


def run_log() -> Path:
    """Return the run log (JSON lines): `LEADLINE_RUN_LOG`, else `.leadline/run_log.jsonl`."""
    return Path(os.environ.get("LEADLINE_RUN_LOG", ".leadline/run_log.jsonl"))
