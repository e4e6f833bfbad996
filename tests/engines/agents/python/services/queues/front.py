"""Publishes a message to each queue; the broker of Celery and kombu is a folder, those of rq and pika are given."""

import os

import pika
import redis
from flask import Flask
from jobs import CONNECTION, OPTIONS, queue, store
from kombu import Connection
from rq import Queue
from tasks import keep

app = Flask(__name__)


@app.get("/celery/<item>")
def by_celery(item):
    keep.delay(item)  # mark celery
    return "ok"


@app.get("/kombu/<item>")
def by_kombu(item):
    with Connection(CONNECTION, transport_options=OPTIONS) as connection, connection.Producer() as producer:
        producer.publish({"item": item}, routing_key=queue.name, declare=[queue], headers={"own": "1"})  # mark kombu
    return "ok"


@app.get("/rq/<item>")
def by_rq(item):
    Queue("jobs", connection=redis.Redis(port=int(os.environ["REDIS"]))).enqueue(store, item)  # mark rq
    return "ok"


@app.get("/pika/<item>")
def by_pika(item):
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(os.environ["AMQP"]))) as connection:
        connection.channel().basic_publish("", "letters" if item == "tea" else "notes", item)  # mark pika
    return "ok"


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
