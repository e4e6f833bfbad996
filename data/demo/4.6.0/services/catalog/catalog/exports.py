"""Files about the catalog: price lists for partners, how to care for an item."""

import os
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import PlainTextResponse

FILES = Path(__file__).parent / "files"
EXPORTS = FILES / "exports"
CARE = (FILES / "care").resolve()

router = APIRouter()


@router.get("/export", response_class=PlainTextResponse)
def export(name: str) -> str:
    path = os.path.join(EXPORTS, name)
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        raise HTTPException(404, "no such price list") from None


@router.get("/care")
def care(name: str) -> dict[str, str]:
    path = os.path.realpath(os.path.join(CARE, name))
    if os.path.dirname(path) != str(CARE):
        raise HTTPException(400, "not a name")
    try:
        with open(path, encoding="utf-8") as file:
            return {"name": name, "text": file.read()}
    except (OSError, ValueError):
        return {"name": name, "text": ""}
