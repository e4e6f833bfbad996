"""Consumes what kombu brings, one message after the other."""

from jobs import CONNECTION, OPTIONS, queue, store
from kombu import Connection
from kombu.mixins import ConsumerMixin


class Worker(ConsumerMixin):
    def __init__(self, connection):
        self.connection = connection

    def get_consumers(self, Consumer, channel):
        return [Consumer([queue], callbacks=[self.on_parcel])]

    def on_parcel(self, body, message):
        store(body["item"])
        message.ack()


if __name__ == "__main__":
    with Connection(CONNECTION, transport_options=OPTIONS) as connection:
        Worker(connection).run()
