"""Read a recording as where ptars has no wheel: SOURCE TARGET."""

import sys

from ours_protobuf import write

from engines.trace.reading import otlp_protobuf, otlp_requests

otlp_requests._NATIVE = None
write(otlp_protobuf.read, *sys.argv[1:])
