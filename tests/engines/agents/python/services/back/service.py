"""A small FastAPI service with an included router, a mount and concurrent tasks."""

import asyncio
import sqlite3

from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse

app = FastAPI()
inner = APIRouter(prefix="/prices")
outer = APIRouter(prefix="/v1")
mounted = FastAPI()


def stored(item):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE prices (item TEXT)")
    cursor = connection.cursor()
    return cursor.execute("SELECT * FROM prices WHERE item = ?", (item,)).fetchall()  # mark bound


@inner.get("/{item}")
async def price(item: str):
    both = await asyncio.gather(left(item), right(item))
    return {"item": item, "n": sum(both)}


async def left(item):
    await asyncio.sleep(0.01)
    return len(stored(item))


async def right(item):
    await asyncio.sleep(0)
    return len(stored(item))


@inner.get("/{item}/sync")
def price_in_thread(item: str):
    return {"n": len(stored(item))}


@mounted.get("/things/{thing_id}")
def thing(thing_id: int):
    return {"thing": thing_id}


@app.get("/away")
async def away(to: str):
    return RedirectResponse(to)  # mark redirect


outer.include_router(inner)
app.include_router(outer)
app.mount("/api", mounted)
