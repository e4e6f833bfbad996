"""Calls another service by every client; forwards what it was sent, as services without a tracer do by hand."""

import asyncio
import http.client
import os
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import httpx
import requests
import urllib3
from fastapi import FastAPI, Request

app = FastAPI()
BACK = os.environ["BACK"]
HOST = BACK.removeprefix("http://")
FORWARDED = ("traceparent", "tracestate", "baggage")
pool = urllib3.PoolManager()


def forwarded(request):
    return {name: request.headers[name] for name in FORWARDED if name in request.headers}


@app.get("/httpx")
def by_httpx(request: Request):
    return httpx.get(f"{BACK}/httpx", headers=forwarded(request)).json()  # mark httpx


@app.get("/httpx-async")
async def by_httpx_async(request: Request):
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{BACK}/httpx-async", headers=forwarded(request))).json()  # mark httpx-async


@app.get("/aiohttp")
async def by_aiohttp(request: Request):
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{BACK}/aiohttp", headers=forwarded(request)) as response:  # mark aiohttp
            return await response.json()


@app.get("/requests")
def by_requests(request: Request):
    return requests.get(f"{BACK}/requests", headers=forwarded(request)).json()  # mark requests


@app.get("/urllib3")
def by_urllib3(request: Request):
    return pool.request("GET", f"{BACK}/urllib3", headers=forwarded(request)).json()  # mark urllib3


@app.get("/urllib")
def by_urllib(request: Request):
    asked = urllib.request.Request(f"{BACK}/urllib", headers=forwarded(request))
    return {"status": urllib.request.urlopen(asked).status}  # mark urllib


@app.get("/http-client")
def by_http_client(request: Request):
    connection = http.client.HTTPConnection(HOST)
    connection.request("GET", "/http-client", headers=forwarded(request))  # mark http-client
    return {"status": connection.getresponse().status}


@app.get("/moved")
def by_redirect(request: Request):
    return requests.get(f"{BACK}/moved", headers=forwarded(request)).json()  # mark moved


def one(number):
    return httpx.get(f"{BACK}/pool").status_code  # mark pool


@app.get("/pool")
def by_pool():
    with ThreadPoolExecutor(2) as executor:
        return list(executor.map(one, range(2)))


async def other(client, name):
    return (await client.get(f"{BACK}/gathered/{name}")).status_code  # mark gathered


@app.get("/gathered")
async def by_gathered():
    async with httpx.AsyncClient() as client:
        return await asyncio.gather(*(other(client, name) for name in ("a", "b", "c")))
