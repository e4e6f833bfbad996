"""Starlette: mounts within mounts, class endpoints, a task that outlives its request."""

import asyncio

from shared import late, lookup, parts
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route

running = set()


class Item(HTTPEndpoint):
    async def get(self, request):
        return JSONResponse(lookup(request.path_params["item"]))


async def things(request):
    return JSONResponse(lookup(request.path_params["name"]), 201)


async def stream(request):
    return StreamingResponse(parts())


async def broken(request):
    raise ValueError("no")


async def task():
    await asyncio.sleep(0.7)
    late()


async def later(request):
    running.add(asyncio.create_task(task()))
    return PlainTextResponse("ok")


app = Starlette(
    routes=[
        Mount("/outer", routes=[Mount("/inner", routes=[Route("/items/{item:int}", Item)])]),
        Route("/things/{name:path}", things, methods=["POST"]),
        Route("/stream", stream),
        Route("/broken", broken),
        Route("/later", later),
    ]
)
