"""A service that has OpenTelemetry of its own, which must go on working and must not be in the way."""

import os

import httpx
import requests
from flask import Flask
from opentelemetry import trace
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

own = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(own))
trace.set_tracer_provider(provider)
RequestsInstrumentor().instrument()
HTTPXClientInstrumentor().instrument()
app = Flask(__name__)
FlaskInstrumentor().instrument_app(app)


@app.get("/call/<name>")
def call(name):
    client = httpx if name == "httpx" else requests
    return client.get(f"{os.environ['BACK']}/{name}").json()


@app.get("/own")
def spans():
    return [span.kind.name for span in own.get_finished_spans()]


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
