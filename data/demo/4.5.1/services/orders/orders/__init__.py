"""Orders and what customers say about them."""

from flask import Flask

from . import baskets, database, headers, labels, listing, maintenance, notes, settings, stats, views

__version__ = "4.5.1"


def create_app() -> Flask:
    app = Flask(__name__)
    database.prepare()
    app.after_request(headers.add)
    app.teardown_appcontext(database.close)
    app.register_blueprint(views.blueprint, url_prefix="/orders")
    app.register_blueprint(listing.blueprint, url_prefix="/orders")
    app.register_blueprint(notes.blueprint)
    app.register_blueprint(baskets.blueprint)
    app.register_blueprint(labels.blueprint)
    app.register_blueprint(maintenance.blueprint, url_prefix="/maintenance")
    for period in settings.PERIODS:
        app.add_url_rule(f"/stats/{period}", f"stats_{period}", stats.view_for(period))

    @app.get("/health")
    def health():
        return {"status": "ok", "version": __version__, "resets": maintenance.resets()}

    return app
