"""The path that an artifact location of a SARIF log means, and below which folders its paths begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from engines.imported.places import Unplaced
from engines.imported.sarif_log import Artifact, ArtifactLocation

_MAX_BASES = 10  # bases that refer to each other
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.\-]+):")  # of two letters at least: `C:` is a drive


def path_of(
    location: ArtifactLocation | None, bases: Mapping[str, ArtifactLocation], artifacts: Sequence[Artifact]
) -> str | Unplaced:
    """Return the path that an artifact location means: its index looked up, its bases put before it, percent decoded.

    A base that is absolute is left out: it is where the machine that made the report keeps what the path begins below.
    """
    if location is None:
        return Unplaced("", "no_path", "The report names no file.")
    if location.uri is None and 0 <= location.index < len(artifacts):
        location = artifacts[location.index].location or location
    uri, base = location.uri or "", location.uri_base_id
    for _ in range(_MAX_BASES):
        if base is None or base not in bases or _is_absolute(uri) or _is_absolute(bases[base].uri or ""):
            break
        uri, base = f"{bases[base].uri or ''}{uri}", bases[base].uri_base_id
    scheme = _SCHEME.match(uri)
    if scheme and scheme[1].lower() != "file":
        return Unplaced(uri[:300], "not_a_file", f"{uri[:300]} is no file.")
    path = unquote(uri[len(scheme[0]) :] if scheme else uri, errors="replace").replace("\\", "/")
    if scheme and path.startswith("//"):
        path = "/" + path[2:].partition("/")[2]  # file://host/path
    return path[:4_000]


def roots_of(locations: Iterable[ArtifactLocation | None]) -> tuple[str, ...]:
    """Return the absolute folders among these, longest first, each with a final `/`."""
    paths = {path_of(location, {}, ()) for location in locations if location}
    absolute = {f"{p.rstrip('/')}/" for p in paths if isinstance(p, str) and p.strip("/") and _is_absolute(p)}
    return tuple(sorted(absolute, key=lambda path: (-len(path), path)))


def _is_absolute(uri: str) -> bool:
    return uri.startswith("/") or _SCHEME.match(uri) is not None
