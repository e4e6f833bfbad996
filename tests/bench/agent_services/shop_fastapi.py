"""An asynchronous FastAPI service that asks another one, as a server of its own: `python shop_fastapi.py PORT URL`."""

import asyncio
import sys
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Offer(BaseModel):
    """What a quote answers."""

    item: str
    cents: int
    parts: list[int]


@asynccontextmanager
async def lifespan(app):
    async with httpx.AsyncClient(base_url=sys.argv[2], trust_env=False) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


async def asked(path):
    answer = await app.state.client.get(path)
    return checked(answer).json()["cents"]


def checked(answer):
    if answer.status_code != 200:
        raise HTTPException(502)
    return answer


async def stock_of(item):
    return scaled(await asked(f"/stock/{item}"), 3)


async def price_of(item):
    return scaled(await asked(f"/price/{item}"), 7)


def scaled(cents, factor):
    return sum(rounded(cents * number) for number in range(factor))


def rounded(cents):
    return cents - cents % 5


@app.get("/quotes/{item}")
async def quote(item: str, amount: int = 1) -> Offer:
    parts = await asyncio.gather(stock_of(item), price_of(item))
    return Offer(item=item, cents=sum(parts) * amount, parts=list(parts))


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
