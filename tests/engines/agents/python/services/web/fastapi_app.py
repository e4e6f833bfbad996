"""FastAPI: routers within routers, a mounted application, a mounted WSGI application, background tasks, websockets."""

from fastapi import APIRouter, BackgroundTasks, FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from flask import Flask
from shared import afterwards, leave_behind, lookup, parts
from starlette.middleware.wsgi import WSGIMiddleware

app = FastAPI()
outer, inner, mounted, old = APIRouter(prefix="/outer"), APIRouter(prefix="/inner"), FastAPI(), Flask("old")


@inner.get("/items/{item}")
async def item(item: int):
    return lookup(item)


@inner.put("/items/{item}")
def put_item(item: int):
    return lookup(item)


@mounted.post("/things/{name:path}", status_code=201)
async def things(name: str):
    return lookup(name)


@app.get("/stream")
async def stream():
    return StreamingResponse(parts())


@app.get("/broken")
async def broken():
    raise ValueError("no")


@app.get("/later")
async def later(tasks: BackgroundTasks):
    tasks.add_task(afterwards)
    return "ok"


@app.get("/much-later")
def much_later():
    leave_behind()
    return "ok"


@app.websocket("/socket/{room}")
async def socket(websocket: WebSocket, room: str):
    await websocket.accept()
    await websocket.send_json(lookup(room))
    await websocket.close()


@old.get("/users/<user>")
def user(user):
    return lookup(user)


outer.include_router(inner)
app.include_router(outer)
app.mount("/api", mounted)
app.mount("/old", WSGIMiddleware(old))
