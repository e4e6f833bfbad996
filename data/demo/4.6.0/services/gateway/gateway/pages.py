"""Pages for people."""

import math
from operator import itemgetter

from flask import Blueprint, make_response, request
from markupsafe import escape

from . import catalog
from .markup import layout, listing, pager

blueprint = Blueprint("pages", __name__)

PAGE_SIZE = 20
SORTS = {"name": "name", "price": "price", "maker": "maker"}


@blueprint.get("/search")
def search():
    term = request.args.get("q", "")
    order = SORTS.get(request.args.get("sort", "name"), "name")
    page = max(request.args.get("page", 1, type=int), 1)
    found = catalog.find(term)
    found.sort(key=itemgetter(order))
    if request.args.get("available") == "yes":
        found = [item for item in found if item["stock"] > 0]
    pages = math.ceil(len(found) / PAGE_SIZE)
    count = len(found)
    found = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    body = f"<h1>Results for {term}</h1>" + listing(found)
    body += f"<p>{count} items on {pages} pages</p>"
    body += pager(term, page, pages)
    return make_response(layout("Search", body))


@blueprint.get("/suggest")
def suggestions():
    term = request.args.get("q", "")
    body = f"<p>Did you mean <b>{escape(term)}</b>?</p>"
    return make_response(layout("Suggestions", body))
