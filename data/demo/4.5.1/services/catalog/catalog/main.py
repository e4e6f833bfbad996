"""The catalog's application."""

from fastapi import FastAPI

from . import __version__, exports, items, store
from .headers import SecurityHeaders

store.prepare()

app = FastAPI(title="catalog", version=__version__)
app.add_middleware(SecurityHeaders)
app.include_router(items.router, prefix="/items")
app.include_router(exports.router)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "version": __version__}
