"""Runs a hook when a module is imported, ahead of whoever imports it; right away where it is there already."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

Hook = Callable[[ModuleType], object]

_waiting: dict[str, list[Hook]] = {}
_finding = threading.local()


def on_import(module: str, hook: Hook) -> None:
    """Run `hook(module)` now or when the module has been executed. What it raises is raised by the import."""
    if module in sys.builtin_module_names:  # all of them share one loader
        importlib.import_module(module)
    loaded = sys.modules.get(module)
    if loaded is not None and not getattr(loaded.__spec__, "_initializing", False):
        hook(loaded)
        return
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    _waiting.setdefault(module, []).append(hook)


class _Finder(MetaPathFinder):
    """Lets the others find a module that is waited for and hangs the hooks on its loader."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _waiting or getattr(_finding, "name", None) == fullname:
            return None
        before, _finding.name = getattr(_finding, "name", None), fullname
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            _finding.name = before
        loader = spec.loader if spec is not None else None
        if loader is None or isinstance(loader, type) or not hasattr(loader, "exec_module"):
            return None
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            del loader.exec_module  # the module keeps the loader as it was
            execute(module)
            for hook in _waiting.pop(fullname, ()):
                hook(module)

        loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
