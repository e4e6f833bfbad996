"""What things cost."""

import requests
from flask import Blueprint, request

from . import settings

blueprint = Blueprint("quotes", __name__)


@blueprint.get("/quote")
def quote():
    asked = {"item": request.args.get("item", ""), "number": request.args.get("number", 1, type=int)}
    try:
        answer = requests.get(f"{settings.PRICING_URL}/quote", params=asked, timeout=settings.TIMEOUT)
    except requests.RequestException:
        return {"error": "no price can be had"}, 502
    if not answer.ok:
        return {"error": "this has no price"}, answer.status_code
    return answer.json()
