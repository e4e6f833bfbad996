"""Python imports this at start: it starts the agent, then the `sitecustomize` that it stands in front of."""

import importlib.util
import os
import sys
from importlib.machinery import PathFinder

try:
    from leadline_agent.start import start

    start()
except Exception as error:  # whatever goes wrong in the agent must not stop the service
    sys.stderr.write(f"leadline_agent: not recording: {error!r}\n")

_here = os.path.dirname(os.path.abspath(__file__))
_others = [path for path in sys.path if os.path.abspath(path) != _here]
_spec = PathFinder.find_spec("sitecustomize", _others)
if _spec is not None and _spec.loader is not None:
    _spec.loader.exec_module(importlib.util.module_from_spec(_spec))
