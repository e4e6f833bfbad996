"""Run every scenario under the agent's function hooks and print the trees.

{scenario: [[name, file, line, calls, error, children], …]}
"""

import asyncio
import inspect
import json
import sys

from leadline_agent import tree
from leadline_agent.encoding import seen

if sys.version_info >= (3, 12):
    from leadline_agent import functions_monitoring as functions
else:
    from leadline_agent import functions_rewriting as functions

functions.install()

import forms  # noqa: E402 - after the hooks


def as_list(node, nodes):
    name, file, line = node.place or ("", "", 0)
    below = [as_list(child, nodes) for child in nodes if child.parent is node]
    return [name, file, line, node.count, node.error, below]


def recorded(function):
    request = tree.begin(2, b"1" * 16, b"", {})
    if inspect.iscoroutinefunction(function):
        asyncio.run(function())
    else:
        function()
    left_at = tree.current.get()
    nodes = seen(tree.finish(request).nodes)
    assert left_at is request.root, f"{function.__name__} ended at {left_at.place}"
    return [as_list(node, nodes) for node in nodes if node.parent is request.root]


cases = {name[5:]: thing for name, thing in vars(forms).items() if name.startswith("case_")}
print(json.dumps({name: recorded(function) for name, function in cases.items()}))
