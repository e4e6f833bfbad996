"""Items for sale."""

from fastapi import APIRouter, HTTPException

from . import store

router = APIRouter(tags=["items"])


@router.get("")
def list_items(q: str = "", maker: str = "") -> list[dict]:
    if q:
        return store.find(q)
    if maker:
        return store.by_maker(maker)
    return store.all_items()


@router.get("/{id}")
def show_item(id: str) -> dict:
    found = store.item(id)
    if found is None:
        raise HTTPException(404, "no such item")
    return found
