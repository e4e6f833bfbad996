"""Looking after the machines."""

import subprocess

from flask import Blueprint, request

blueprint = Blueprint("maintenance", __name__)


@blueprint.get("/ping")
def ping():
    host = request.args.get("host", "localhost")
    done = subprocess.run("ping -c 1 " + host, shell=True, capture_output=True, text=True, timeout=10)
    return {"reachable": done.returncode == 0, "output": done.stdout}


@blueprint.get("/disk")
def disk():
    done = subprocess.run(["df", "-h", "/"], capture_output=True, text=True, timeout=10)
    return {"output": done.stdout}
