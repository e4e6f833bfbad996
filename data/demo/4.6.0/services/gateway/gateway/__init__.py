"""The public face of the shop."""

from flask import Flask

from . import accounts, canonical, links, orders, pages, pictures, quotes, users

__version__ = "4.6.0"


def create_app() -> Flask:
    app = Flask(__name__)
    users.prepare()
    app.before_request(canonical.remember)
    app.register_blueprint(accounts.blueprint)
    app.register_blueprint(links.blueprint)
    app.register_blueprint(orders.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(pictures.blueprint)
    app.register_blueprint(quotes.blueprint)

    @app.get("/health")
    def health():
        return {"status": "ok", "version": __version__}

    return app
