"""Tells the staff what happens in the shop."""

from collections import deque

from flask import Flask, request

__version__ = "4.2.0"

MESSAGES: deque[str] = deque(maxlen=100)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}


def add_headers(response):
    response.headers.update(HEADERS)
    return response


def create_app() -> Flask:
    app = Flask(__name__)
    app.after_request(add_headers)

    @app.post("/messages")
    def add_message():
        form = request.get_json(silent=True)
        if not isinstance(form, dict) or not isinstance(form.get("text"), str):
            return {"error": "text is required"}, 400
        MESSAGES.append(form["text"])
        return {"waiting": len(MESSAGES)}, 202

    @app.get("/health")
    def health():
        return {"status": "ok", "version": __version__}

    return app
