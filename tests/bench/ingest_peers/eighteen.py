"""The columns that the peers write."""

ATTRIBUTES = [
    ("http.request.method", "text"),
    ("http.route", "text"),
    ("url.path", "text"),
    ("http.response.status_code", "number"),
    ("code.function.name", "text"),
    ("code.file.path", "text"),
    ("code.line.number", "number"),
    ("db.system.name", "text"),
    ("db.query.text", "text"),
]

try:
    import pyarrow as pa
except ModuleNotFoundError:  # a peer without it writes by itself
    COLUMNS = None
else:
    COLUMNS = pa.schema(
        [
            ("trace_id", pa.binary(16)),
            ("span_id", pa.uint64()),
            ("parent_id", pa.uint64()),
            ("service", pa.string()),
            ("name", pa.string()),
            ("kind", pa.uint8()),
            ("start", pa.uint64()),
            ("end", pa.uint64()),
            ("status", pa.uint8()),
            *((key.replace(".", "_"), pa.string() if kind == "text" else pa.uint32()) for key, kind in ATTRIBUTES),
        ]
    )
