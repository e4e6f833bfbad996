"""Publishes to and consumes from topics by kafka-python itself; in place of what speaks to a broker are queues."""

import os
import queue
import threading
from types import SimpleNamespace

from flask import Flask
from jobs import store
from kafka import KafkaConsumer, KafkaProducer
from kafka.structs import TopicPartition

app = Flask(__name__)
brokers = {"orders": queue.Queue(), "notes": queue.Queue()}


class Producer(KafkaProducer):
    def __init__(self):
        self._closed, self._transaction_manager = False, None
        self.config = dict(self.DEFAULT_CONFIG, api_version=(2, 6, 0))
        self._metadata = SimpleNamespace(partitions_for_topic=lambda topic: {0})
        self._accumulator = SimpleNamespace(append=self.taken)
        self._sender = SimpleNamespace(wakeup=lambda: None)

    def _partition(self, *_):
        return 0

    def taken(self, partition, timestamp, key, value, headers, **_):
        record = SimpleNamespace(
            topic=partition.topic, value=value, headers=headers, offset=0, leader_epoch=-1, partition=0
        )
        brokers[partition.topic].put((partition, [record]))
        return None, False, False, False


class Consumer(KafkaConsumer):
    def __init__(self, topic):
        self.topic, self._closed, self._iterator = topic, False, None
        self.config = dict(self.DEFAULT_CONFIG)
        self._subscription = SimpleNamespace(
            is_fetchable=lambda partition: True, assignment={TopicPartition(topic, 0): SimpleNamespace(position=None)}
        )

    def _poll_once(self, *_, **__):
        return dict([brokers[self.topic].get()])


def iterating():
    for record in Consumer("orders"):
        store(record.value)


def polling():
    consumer = Consumer("notes")
    while True:
        for records in consumer.poll(timeout_ms=1_000).values():
            for record in records:
                store(record.value)


@app.get("/kafka/<topic>/<item>")
def publish(topic, item):
    for _ in range(2):
        Producer().send(topic, item.encode(), headers=[("own", b"1")])  # mark kafka
    return "ok"


if __name__ == "__main__":
    threading.Thread(target=iterating, daemon=True).start()
    threading.Thread(target=polling, daemon=True).start()
    app.run(port=int(os.environ["PORT"]))
