"""Bearer tokens."""

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from . import settings

LIFETIME = 3600

_serializer = URLSafeTimedSerializer(settings.TOKEN_SECRET, salt="shop-token")


def issue(user: str) -> str:
    return _serializer.dumps({"user": user})


def bearer() -> str | None:
    """Return who signed in, None without a valid token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return _serializer.loads(token, max_age=LIFETIME)["user"]
    except BadSignature:
        return None
