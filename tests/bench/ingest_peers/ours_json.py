"""Read a recording with our reader for JSON: SOURCE TARGET."""

import sys

from ours_protobuf import write

from engines.trace.reading import otlp_json

write(otlp_json.read, *sys.argv[1:])
