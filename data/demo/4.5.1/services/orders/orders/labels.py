"""Labels for parcels."""

import subprocess

from flask import Blueprint, request

blueprint = Blueprint("labels", __name__)

LAYOUT = "| %-30s |"


@blueprint.get("/label")
def label():
    code = request.args.get("code", "").replace("\0", "")
    printed = subprocess.run(["printf", LAYOUT, code], capture_output=True, text=True, timeout=5, check=False)
    return {"label": printed.stdout}
