"""One order."""

from flask import Blueprint, request

from . import audience, details, tokens

blueprint = Blueprint("orders", __name__)


@blueprint.get("/<int:id>")
def show_order(id: int):
    if tokens.bearer() is None:
        return {"error": "sign in first"}, 401
    audience.count_view(request.args.get("user", ""))
    order = details.order(id)
    if order is None:
        return {"error": "no such order"}, 404
    return details.present(order)
