"""A basket that lives in the customer's browser."""

import base64
import pickle

from flask import Blueprint, jsonify, request

blueprint = Blueprint("baskets", __name__)


def stored() -> list[str]:
    cookie = request.cookies.get("basket", "")
    try:
        return list(pickle.loads(base64.urlsafe_b64decode(cookie)))
    except Exception:
        return []


@blueprint.get("/basket")
def show_basket():
    return {"items": stored()}


@blueprint.post("/basket")
def add_to_basket():
    form = request.get_json(silent=True)
    if not isinstance(form, dict) or not isinstance(form.get("item"), str):
        return {"error": "item is required"}, 400
    items = [*stored(), form["item"]][-20:]
    response = jsonify(items=items)
    cookie = base64.urlsafe_b64encode(pickle.dumps(items)).decode()
    response.set_cookie("basket", cookie, httponly=True, secure=True, samesite="Lax")
    return response
