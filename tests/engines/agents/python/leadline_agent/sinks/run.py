"""Run every case under the agent's hooks and print {case: [[kind, value, mode, function, file, line, calls]]}."""

import asyncio
import inspect
import json
import logging
import sys

from leadline_agent import following, sinks_audit, sinks_libraries, tree

if sys.version_info >= (3, 12):
    from leadline_agent import functions_monitoring as functions
else:
    from leadline_agent import functions_rewriting as functions

following.install()
sinks_libraries.install()
functions.install()
sinks_audit.install()

from django.conf import settings  # noqa: E402 - after the hooks

settings.configure(SECRET_KEY="of a test", ROOT_URLCONF="stubs")
logging.basicConfig(stream=open("/dev/null", "w"))

import cases  # noqa: E402
import stubs  # noqa: E402

for stub in (stubs.postgresql, stubs.mysql, stubs.http):
    stub()


def arrived(function):
    request = tree.begin(2, b"1" * 16, b"", {})
    if inspect.iscoroutinefunction(function):
        asyncio.run(function(sys.argv[1]))
    else:
        function(sys.argv[1])
    return [[sink.kind, sink.value, sink.attributes.get("mode"), *sink.place, sink.count]
            for sink in tree.finish(request).sinks]  # fmt: skip


found = {name: thing for name, thing in vars(cases).items()
         if inspect.isfunction(thing) and thing.__module__ == "cases"}  # fmt: skip
print(json.dumps({name: arrived(function) for name, function in found.items()}))
