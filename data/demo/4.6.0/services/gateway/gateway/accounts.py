"""Signing in."""

from flask import Blueprint, request

from . import tokens, users

blueprint = Blueprint("accounts", __name__)


@blueprint.post("/login")
def login():
    form = request.get_json(silent=True)
    if not isinstance(form, dict):
        return {"error": "send a JSON object"}, 400
    name, password = form.get("user"), form.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        return {"error": "user and password are required"}, 400
    user = users.authenticate(name, password)
    if user is None:
        return {"error": "wrong user or password"}, 403
    return {"token": tokens.issue(user), "user": user}
