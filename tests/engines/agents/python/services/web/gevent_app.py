"""The application of Flask behind the server of gevent, which the agent does not know, among greenlets for threads."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402

from flask_app import app  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

if __name__ == "__main__":
    WSGIServer(("127.0.0.1", int(os.environ["PORT"])), app, log=None).serve_forever()
