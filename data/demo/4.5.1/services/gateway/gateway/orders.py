"""Orders, as the customer sees them."""

import requests
from flask import Blueprint, request

from . import settings, tokens

blueprint = Blueprint("orders", __name__, url_prefix="/orders")


@blueprint.get("/<int:id>")
def show(id: int):
    if tokens.bearer() is None:
        return {"error": "sign in first"}, 401
    user = request.args.get("user", "")
    answer = requests.get(
        f"{settings.ORDERS_URL}/orders/{id}",
        params={"user": user},
        headers={"Authorization": request.headers["Authorization"]},
        timeout=settings.TIMEOUT,
    )
    if not answer.ok:
        return {"error": "this order cannot be shown"}, answer.status_code
    return answer.json()
