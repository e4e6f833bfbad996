"""Records which functions and sinks of a Python service each request really reaches, as OpenTelemetry spans."""

__version__ = "0.1.0"
