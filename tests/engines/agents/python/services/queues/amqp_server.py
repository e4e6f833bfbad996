"""As much of an AMQP 0-9-1 broker as publishing to and consuming from a queue needs, in the words of pika itself."""

import socketserver
import sys
import threading
from collections import defaultdict, deque

from pika import frame, spec

letters, consumers, lock = defaultdict(deque), defaultdict(list), threading.Lock()


class Session(socketserver.BaseRequestHandler):
    def tell(self, channel, method):
        self.request.sendall(frame.Method(channel, method).marshal())

    def deliver(self, channel, tag, letter):
        key, properties, body = letter
        self.tell(channel, spec.Basic.Deliver(tag, 1, False, "", key))
        self.request.sendall(
            frame.Header(channel, len(body), properties).marshal() + frame.Body(channel, body).marshal()
        )

    def handle(self):
        self.request.recv(8)  # the protocol's header
        self.tell(0, spec.Connection.Start(server_properties={}))
        waiting, published = b"", None
        while data := self.request.recv(65_536):
            waiting += data
            while True:
                used, told = frame.decode_frame(waiting)
                if not told:
                    break
                waiting = waiting[used:]
                if isinstance(told, frame.Method):
                    published = self.answer(told.channel_number, told.method) or published
                elif isinstance(told, frame.Header):
                    published += [told.properties]
                elif isinstance(told, frame.Body):
                    self.take(tuple(published + [told.fragment]))

    def take(self, letter):
        with lock:
            letters[letter[0]].append(letter)
            for session, channel, tag in consumers[letter[0]]:
                while letters[letter[0]]:
                    session.deliver(channel, tag, letters[letter[0]].popleft())

    def answer(self, channel, method):
        if isinstance(method, spec.Basic.Publish):
            return [method.routing_key]
        if isinstance(method, spec.Basic.Consume):
            self.tell(channel, spec.Basic.ConsumeOk(method.consumer_tag))
            with lock:
                consumers[method.queue].append((self, channel, method.consumer_tag))
                while letters[method.queue]:
                    self.deliver(channel, method.consumer_tag, letters[method.queue].popleft())
            return None
        answers = {
            spec.Connection.StartOk: lambda: spec.Connection.Tune(0, 131_072, 0),
            spec.Connection.Open: spec.Connection.OpenOk,
            spec.Connection.Close: spec.Connection.CloseOk,
            spec.Channel.Open: spec.Channel.OpenOk,
            spec.Channel.Close: spec.Channel.CloseOk,
            spec.Queue.Declare: lambda: spec.Queue.DeclareOk(method.queue, 0, 0),
            spec.Basic.Qos: spec.Basic.QosOk,
        }
        made = answers.get(type(method))
        if made is not None:
            self.tell(channel, made())
        return None


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True


Server(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
