"""Sinks that only the libraries know: every library that is hooked, in one table."""

from __future__ import annotations

from leadline_agent import (
    sinks_answers,
    sinks_deserialize,
    sinks_directory,
    sinks_documents,
    sinks_files,
    sinks_http,
    sinks_marks,
    sinks_sql,
)
from leadline_agent.patching import on_import

_PARTS = (sinks_sql, sinks_http, sinks_deserialize, sinks_documents, sinks_answers, sinks_directory, sinks_marks,
          sinks_files)  # fmt: skip


def install() -> None:
    """Hook the libraries that are imported already and, when they are imported, the others."""
    for part in _PARTS:
        for module, patch in part.PATCHES.items():
            on_import(module, patch)
