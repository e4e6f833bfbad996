"""Reading a file that somebody else wrote: bounded, as text, and never what it claims to be until proved."""

from __future__ import annotations

import json
from pathlib import Path

from engines.contract import EngineError
from engines.redact import bounded, printable, redact

MAX_BYTES = 50_000_000


def read_text(path: Path, what: str, limit: int = MAX_BYTES) -> str:
    """Return the content of a file as text. `what` names the expected content in messages.

    Raises `EngineError` when it cannot be read, is larger than `limit` bytes, is no UTF-8 or is an HTML page.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise EngineError(f"{path.name} has {size} bytes, more than the {limit} that {what} may have: split it.")
        content = path.read_bytes()
    except OSError as error:
        raise EngineError(f"{path.name} cannot be read ({error.strerror}): name an existing file of {what}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EngineError(f"{path.name} is no UTF-8 text (byte {error.start}): {what} was expected.") from error
    if text.lstrip()[:200].lower().startswith(("<!doctype html", "<html")):
        raise EngineError(f"{path.name} is an HTML page (a saved login or error page?): {what} was expected.")
    return text


def shown(record: object, limit: int = 2_000) -> str:
    """Return a refused record as it came: as JSON, without secrets and control characters, bounded."""
    return bounded(printable(redact(json.dumps(record, default=str, ensure_ascii=False)[: 2 * limit])), limit)
