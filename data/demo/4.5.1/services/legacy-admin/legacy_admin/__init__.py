"""What partners use to look after their part of the shop."""

from flask import Flask

from . import maintenance

__version__ = "4.5.1"


def create_app() -> Flask:
    app = Flask(__name__)
    app.register_blueprint(maintenance.blueprint, url_prefix="/maintenance")

    @app.get("/health")
    def health():
        return {"status": "ok", "version": __version__}

    return app
