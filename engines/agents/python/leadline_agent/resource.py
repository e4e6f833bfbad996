"""Who the spans are of: OpenTelemetry's environment variables for the service, and what the agent knows of itself."""

from __future__ import annotations

import os
import platform
from urllib.parse import unquote

from leadline_agent import __version__


def attributes() -> dict[str, str]:
    """Return the resource of this process. `OTEL_SERVICE_NAME` wins over `service.name` in the list of attributes."""
    told = {"service.name": "unknown_service:python"}
    for pair in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(","):
        name, equals, value = pair.partition("=")
        if equals and name.strip():
            told[name.strip()] = unquote(value.strip())
    if os.environ.get("OTEL_SERVICE_NAME"):
        told["service.name"] = os.environ["OTEL_SERVICE_NAME"]
    return told | {
        "telemetry.sdk.language": "python",
        "telemetry.distro.name": "leadline",
        "telemetry.distro.version": __version__,
        "process.runtime.version": platform.python_version(),
    }


def endpoint() -> str:
    """Return the URL of the receiver without `/v1/traces`."""
    return os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or "http://127.0.0.1:4318"
