"""What a service is called when nobody says: as the manifest or the project has it, else as its folder."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

MANIFEST = "leadline.yaml"
_MAX_BYTES = 1_000_000
_KEY = re.compile(r"( *)(?:(['\"]?)([\w./-]+)\2)\s*:(.*)")
_INLINE = re.compile(r"[{,]\s*(source|version)\s*:\s*([^,}\s]+)")


def named(root: Path) -> tuple[str, str, str]:
    """Return the name of the service whose source is `root`, its version ('' when unknown), and who says so."""
    for folder in (root, *root.parents):
        for name, source, version in services(folder / MANIFEST):
            if (folder / source).resolve() == root:
                return name, version, str(folder / MANIFEST)
    name, version = _project(root / "pyproject.toml")
    return (name, version, str(root / "pyproject.toml")) if name else (root.name or "service", "", "its folder")


def services(manifest: Path) -> list[tuple[str, str, str]]:
    """Return (name, source, version) of the services of a manifest, as far as it is written in plain YAML.

    There is no YAML reader in the standard library, and the agent takes nothing else into the tested service: this
    reads mappings of one key a line, and the services' own in braces.
    """
    found: dict[str, dict[str, str]] = {}
    inside, depth, current = False, -1, ""
    for line in _text(manifest).splitlines():
        told = _KEY.match(line)
        if told is None:
            continue
        indent, key, value = len(told[1]), told[3], told[4].split(" #")[0].strip()
        if indent == 0:
            inside, depth = key == "services", -1
        elif inside and (depth in (-1, indent)):
            depth, current = indent, key
            found[key] = dict(_INLINE.findall(value))
        elif inside and current and key in ("source", "version"):
            found[current].setdefault(key, value)
    return [
        (name, keys["source"].strip("'\""), keys.get("version", "").strip("'\""))
        for name, keys in found.items()
        if keys.get("source")
    ]


def _project(path: Path) -> tuple[str, str]:
    try:
        project = tomllib.loads(_text(path)).get("project", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        return "", ""
    name, version = project.get("name"), project.get("version")
    return (name if isinstance(name, str) else "", version if isinstance(version, str) else "")


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_MAX_BYTES)
    except OSError:
        return ""
