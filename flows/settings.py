"""The sole reader of the environment: where run-time data goes, and what dependencies may not do."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent  # Leadline runs from its checkout

_SILENT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_COLORS": "false",
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "SEMGREP_SEND_METRICS": "off",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}

_CALM = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # our own progress is what a person reads
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # a slow machine is not a broken one
}


def silence_telemetry() -> None:
    """Turn off what dependencies would send outside, whatever the caller says; and calm them where nobody says."""
    os.environ.update(_SILENT)
    for name, value in _CALM.items():
        os.environ.setdefault(name, value)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where one installation keeps its run-time data. Nothing of it belongs into git."""

    data: Path

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that the flows write."""
        return self.data / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The snapshot that app, report and gate read."""
        return self.data / "published.duckdb"

    @property
    def cache(self) -> Path:
        """What analysing a file said before, so that it is not analysed again; may be deleted at any time."""
        return self.data / "cache.sqlite"

    @property
    def run_log(self) -> Path:
        """JSON lines: one per stage that began or ended."""
        return self.data / "runs.jsonl"

    @property
    def spool(self) -> Path:
        """Recorded trace segments of the current release, private to the user."""
        return self.data / "spool"

    @property
    def scratch(self) -> Path:
        """Files that may be deleted at any time: dbt's target, JUnit output, logs."""
        return self.data / "scratch"

    @property
    def prefect_home(self) -> Path:
        """Prefect's own database and logs."""
        return self.data / "prefect"


def load(data: Path | None = None) -> Settings:
    """Return the settings: `data`, else `$LEADLINE_DATA`, else `.leadline` in the current folder."""
    chosen = data or Path(os.environ.get("LEADLINE_DATA") or ".leadline")
    settings = Settings(chosen.resolve())
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["LEADLINE_DATA"] = str(settings.data)  # for the processes that we start
    os.environ["LEADLINE_PUBLISHED"] = str(settings.published)
    os.environ["LEADLINE_RUN_LOG"] = str(settings.run_log)
    os.environ["LEADLINE_ROOT"] = str(ROOT)
    os.environ.setdefault("PREFECT_HOME", str(settings.prefect_home))
    return settings


def user_cache() -> Path:
    """Return the file of `leadline scan` in the user's cache folder (XDG Base Directory Specification)."""
    folder = os.environ.get("XDG_CACHE_HOME") or ""
    base = Path(folder) if Path(folder).is_absolute() else Path.home() / ".cache"
    return base / "leadline" / "cache.sqlite"


def environment() -> Mapping[str, str]:
    """Return the environment for what the manifest refers to by name: URLs and the identities' credentials."""
    return os.environ


@contextlib.contextmanager
def overlay(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while; afterwards all is as before."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
