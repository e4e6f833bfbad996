"""What the services and their tracers talk to: prices for whoever asks, and thanks for every trace. `… PORT`."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers everything at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        """Read what was sent and say `{"cents": 1234}`."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b'{"cents": 1234}' if self.command == "GET" else b"{}" if "/v0" in self.path else b""
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if self.command == "GET" else "application/x-protobuf")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
