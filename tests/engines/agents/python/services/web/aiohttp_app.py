"""aiohttp: an application within an application, class views, streaming, answers that are raised."""

import asyncio
import os

from aiohttp import web
from shared import late, lookup, parts

running = set()


async def item(request):
    return web.json_response(lookup(request.match_info["item"]))


class Things(web.View):
    async def post(self):
        return web.json_response(lookup(self.request.match_info["name"]), status=201)


async def stream(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for part in parts():
        await response.write(part)
    return response


async def broken(request):
    raise ValueError("no")


async def away(request):
    raise web.HTTPFound("/stream")


async def task():
    await asyncio.sleep(0.7)
    late()


async def later(request):
    running.add(asyncio.create_task(task()))
    return web.Response(text="ok")


inner = web.Application()
inner.router.add_route("*", r"/inner/items/{item:\d+}", item)
app = web.Application()
app.add_subapp("/outer", inner)
app.add_routes(
    [
        web.view("/things/{name:.*}", Things),
        web.get("/stream", stream),
        web.get("/broken", broken),
        web.get("/away", away),
        web.get("/later", later),
    ]
)

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)
