"""Where the sources of services lie in a checkout, so that paths in a report are those of the repository."""

from __future__ import annotations

from pathlib import Path

from flows.manifest import Manifest


def folders_of(manifest: Manifest, path: Path) -> dict[str, str]:
    """Return service → folder of its source, relative to the root of the checkout that holds the manifest.

    The root is the nearest folder above with a `.git`, else the manifest's own. A source outside of it is left out.
    """
    here = path.resolve().parent
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    sources = {name: spec.source for name, spec in manifest.services.items() if spec.source}
    return {
        name: source.relative_to(root).as_posix() for name, source in sources.items() if source.is_relative_to(root)
    }
