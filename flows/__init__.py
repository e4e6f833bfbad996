"""Prefect flows, the command line and everything that writes: the orchestration of Leadline."""

from flows.settings import silence_telemetry

silence_telemetry()  # before Prefect, dbt or Great Expectations is imported: they read it at import
