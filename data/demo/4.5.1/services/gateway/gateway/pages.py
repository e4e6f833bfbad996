"""Pages for people."""

from flask import Blueprint, make_response, request
from markupsafe import escape

from . import catalog
from .markup import layout, listing

blueprint = Blueprint("pages", __name__)


@blueprint.get("/search")
def search():
    term = request.args.get("q", "")
    found = catalog.find(term)
    body = f"<h1>Results for {term}</h1>" + listing(found)
    return make_response(layout("Search", body))


@blueprint.get("/suggest")
def suggest():
    term = request.args.get("q", "")
    body = f"<p>Did you mean <b>{escape(term)}</b>?</p>"
    return make_response(layout("Suggestions", body))
