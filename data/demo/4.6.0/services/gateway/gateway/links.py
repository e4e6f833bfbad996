"""Ways out of the shop."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request

from . import settings

blueprint = Blueprint("links", __name__)


@blueprint.get("/go")
def go():
    target = request.args.get("to", "/search")
    return redirect(target)


@blueprint.get("/leave")
def leave():
    target = request.args.get("to", "")
    parts = urlsplit(target)
    if parts.scheme != "https" or parts.netloc not in settings.PARTNERS:
        return {"error": "not one of our partners"}, 400
    return redirect(target)
