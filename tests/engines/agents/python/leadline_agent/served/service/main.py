"""A service whose main script runs its server itself, in one thread: its frames are below every request."""

import os
from wsgiref.simple_server import WSGIRequestHandler, make_server

from framework import application


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def plain():
    return asked()


def asked():
    os.system("true asked")  # mark asked
    return b"asked"


def main():
    handlers = {
        "/plain": plain,
        "/lambda": lambda: b"%d" % os.system("true lambda"),  # mark lambda
        "/none": bytes,
    }
    make_server("127.0.0.1", int(os.environ["PORT"]), application(handlers), handler_class=Quiet).serve_forever()


if __name__ == "__main__":
    main()
