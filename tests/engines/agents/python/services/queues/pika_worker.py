"""Consumes what pika brings: by a callback, or as an iteration when it is told so."""

import os
import sys

import pika
from jobs import store


def on_letter(channel, method, properties, body):
    store(body)


connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", int(os.environ["AMQP"])))
channel = connection.channel()
if sys.argv[1:] == ["iterating"]:
    channel.queue_declare("notes")
    for _, _, body in channel.consume("notes", auto_ack=True, inactivity_timeout=1):
        if body is not None:
            store(body)
else:
    channel.queue_declare("letters")
    channel.basic_consume("letters", on_letter, auto_ack=True)
    channel.start_consuming()
