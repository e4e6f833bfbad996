"""Starts the agent inside a Python process: servers, frameworks, clients and queues, sinks, functions."""

from __future__ import annotations

import sys

from leadline_agent import (
    bodies,
    clients,
    following,
    forking,
    frameworks,
    queues,
    recording,
    resource,
    servers,
    sinks_audit,
    sinks_libraries,
    watching,
)
from leadline_agent.export import Exporter
from leadline_agent.source import ROOTS

if sys.version_info >= (3, 12):
    from leadline_agent import functions_monitoring as functions
else:
    from leadline_agent import functions_rewriting as functions


def start() -> None:
    """Install everything. Raises when the agent cannot record at all, for example beside another tool of its kind."""
    if not ROOTS:
        return
    recording.begin_with(Exporter(resource.endpoint(), resource.attributes()), functions.adopt_main, watching.look)
    for part in (
        watching,
        following,
        forking,
        servers,
        frameworks,
        clients,
        queues,
        bodies,
        sinks_libraries,
        functions,
        sinks_audit,
    ):
        part.install()
