"""Pictures that partners put into their own pages."""

from urllib.parse import urlsplit

import httpx
from flask import Blueprint, request

from . import settings

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/badge")
def badge():
    url = request.args.get("url", "")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.netloc not in settings.IMAGE_HOSTS:
        return {"error": "unknown picture host"}, 400
    try:
        answer = httpx.get(url, timeout=settings.TIMEOUT)
    except (httpx.HTTPError, httpx.InvalidURL):
        return {"available": False}
    return {"available": answer.is_success}
