"""Files that are only looked at: the interpreter announces every other access (`sinks_audit.py`)."""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any

from leadline_agent.patching import hook

_NEAREST = 3  # frames of `os.path` and `pathlib` between the service's code and the call


def _looked_at(arguments: tuple, keywords: dict) -> tuple[object, dict[str, Any]] | None:
    path = arguments[0] if arguments else keywords.get("path")
    return (os.fspath(path), {"mode": "stat"}) if isinstance(path, (str, bytes, os.PathLike)) else None


def _os(module: ModuleType) -> None:
    for name in ("stat", "access"):
        original = getattr(module, name)
        hook("file", module, name, _looked_at, nearest=_NEAREST)
        for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks, os.supports_effective_ids):
            if original in able:  # asked for by identity, by `shutil` among others
                able.add(getattr(module, name))


PATCHES = {"os": _os}
