"""The far sides of drivers and clients: just enough of each protocol that a statement or a request is answered."""

import functools
import socketserver
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

urlpatterns = []  # for Django


def _listening(handler):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address


class _PostgreSQL(socketserver.StreamRequestHandler):
    """https://www.postgresql.org/docs/current/protocol-message-formats.html"""

    ANSWERS = {
        b"P": [(b"1", b"")],
        b"B": [(b"2", b"")],
        b"D": [(b"t", b"\0\0"), (b"n", b"")],
        b"E": [(b"C", b"SELECT 0\0")],
        b"C": [(b"3", b"")],
        b"S": [(b"Z", b"I")],
        b"Q": [(b"C", b"SELECT 0\0"), (b"Z", b"I")],
    }

    def handle(self):
        while True:  # a client asks for encryption first, and is told that there is none
            length, code = struct.unpack("!II", self.rfile.read(8))
            self.rfile.read(length - 8)
            if code == 196608:
                break
            self.wfile.write(b"N")
        self.send(b"R", b"\0\0\0\0")
        for name, value in (("server_version", "16.0"), ("client_encoding", "UTF8"), ("DateStyle", "ISO"),
                            ("integer_datetimes", "on"), ("standard_conforming_strings", "on")):  # fmt: skip
            self.send(b"S", f"{name}\0{value}\0".encode())
        self.send(b"K", b"\0\0\0\1\0\0\0\1")
        self.send(b"Z", b"I")
        while (kind := self.rfile.read(1)) not in (b"", b"X"):
            body = self.rfile.read(struct.unpack("!I", self.rfile.read(4))[0] - 4)
            answers = self.ANSWERS.get(kind, [])
            if kind == b"D" and body[:1] == b"P":
                answers = answers[1:]  # a portal has no parameters to describe
            for answer in answers:
                self.send(*answer)

    def send(self, kind, body):
        self.wfile.write(kind + struct.pack("!I", len(body) + 4) + body)


class _MySQL(socketserver.StreamRequestHandler):
    """https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html"""

    OK = b"\0\0\0\2\0\0\0"

    def handle(self):
        able = 0x00000001 | 0x00000200 | 0x00008000 | 0x00080000  # long password, 4.1, secure connection, plugins
        self.send(0, b"\x0a8.0.0\0" + struct.pack("<I", 1) + b"12345678\0" + struct.pack("<H", able & 0xFFFF) + b"\x21"
                  + struct.pack("<H", 2) + struct.pack("<H", able >> 16) + b"\x15" + b"\0" * 10 + b"123456789012\0"
                  + b"mysql_native_password\0")  # fmt: skip
        self.receive()
        self.send(2, self.OK)
        while self.receive() not in (b"", b"\x01"):
            self.send(1, self.OK)

    def receive(self):
        head = self.rfile.read(4)
        return self.rfile.read(int.from_bytes(head[:3], "little")) if head else b""

    def send(self, number, body):
        self.wfile.write(len(body).to_bytes(3, "little") + bytes([number]) + body)


class _Web(BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT = do_GET

    def log_message(self, *_):
        pass


@functools.cache
def postgresql():
    return "postgresql://u@{}:{}/d?sslmode=disable".format(*_listening(_PostgreSQL))


@functools.cache
def mysql():
    return _listening(_MySQL)


@functools.cache
def http():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"
