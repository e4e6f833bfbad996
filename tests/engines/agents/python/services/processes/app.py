"""Hands work to processes of its own."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from flask import Flask

app = Flask(__name__)
fork = multiprocessing.get_context("fork")
pools = []


def work(number):
    return inner(number)


def inner(number):
    return number


@app.get("/process")
def process():
    child = fork.Process(target=work, args=(1,))
    child.start()
    child.join()
    return "ok"


@app.get("/pool")
def pool():
    if not pools:
        pools.append(ProcessPoolExecutor(1, mp_context=fork))
    return {"n": pools[0].submit(work, 1).result()}


@app.get("/worker")
def worker():
    return {"pid": os.getpid()}
