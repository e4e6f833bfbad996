"""Deserialisers that can make any object: pickle and its kin, YAML with an unsafe loader."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from leadline_agent.patching import argument, content, hook


def _file(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]]:
    return content(arguments[0] if arguments else keywords.get("file")), {}


def _serialised(module: ModuleType) -> None:
    hook("deserialize", module, "loads", argument(0, "data"))
    hook("deserialize", module, "load", _file)


def _dill(module: ModuleType) -> None:
    hook("deserialize", module, "loads", argument(0, "str"))
    hook("deserialize", module, "load", _file)


def _jsonpickle(module: ModuleType) -> None:
    hook("deserialize", module, "decode", argument(0, "string"))


def _shelve(module: ModuleType) -> None:
    hook("deserialize", module, "open", argument(0, "filename", mode="shelf"))


def _joblib(module: ModuleType) -> None:
    hook("deserialize", module, "load", argument(0, "filename"))


def _yaml(module: ModuleType) -> None:
    safe = tuple(
        getattr(module, name)
        for name in ("SafeLoader", "BaseLoader", "FullLoader", "CSafeLoader", "CBaseLoader", "CFullLoader")
        if hasattr(module, name)
    )

    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        loader = arguments[1] if len(arguments) > 1 else keywords.get("Loader")
        if isinstance(loader, type) and issubclass(loader, safe):
            return None
        return content(arguments[0] if arguments else keywords.get("stream")), {}

    def unsafe(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        return content(arguments[0] if arguments else keywords.get("stream")), {}

    for name in ("load", "load_all"):
        hook("deserialize", module, name, read)
    for name in ("unsafe_load", "unsafe_load_all"):
        hook("deserialize", module, name, unsafe)


def _ruamel(module: ModuleType) -> None:
    def read(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
        if "unsafe" not in (getattr(arguments[0], "typ", None) or ()):
            return None
        return content(arguments[1] if len(arguments) > 1 else keywords.get("stream")), {}

    hook("deserialize", module.YAML, "load", read)


PATCHES = {
    "pickle": _serialised,
    "marshal": _serialised,
    "dill._dill": _dill,
    "jsonpickle.unpickler": _jsonpickle,
    "shelve": _shelve,
    "joblib.numpy_pickle": _joblib,
    "yaml": _yaml,
    "ruamel.yaml.main": _ruamel,
}
