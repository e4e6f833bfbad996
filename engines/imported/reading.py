"""Reading a file that somebody else wrote: bounded, as text, and never what it claims to be until proved."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

from engines.contract import EngineError
from engines.redact import bounded, printable, redact

MAX_BYTES = 50_000_000


def read_text(path: Path, what: str, limit: int = MAX_BYTES) -> str:
    """Return the content of a file as text. `what` names the expected content in messages.

    Raises `EngineError` when it cannot be read, is larger than `limit` bytes, is no UTF-8 or is an HTML page.
    """
    content = read_bytes(path, what, limit)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EngineError(f"{path.name} is no UTF-8 text (byte {error.start}): {what} was expected.") from error


def read_bytes(path: Path, what: str, limit: int = MAX_BYTES) -> bytes:
    """Return the content of a file, a byte order mark left out. `what` names the expected content in messages.

    Raises `EngineError` when it cannot be read, is larger than `limit` bytes or is an HTML page.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise EngineError(f"{path.name} has {size} bytes, more than the {limit} that {what} may have: split it.")
        content = path.read_bytes()
    except OSError as error:
        raise EngineError(f"{path.name} cannot be read ({error.strerror}): name an existing file of {what}.") from error
    content = content.removeprefix(codecs.BOM_UTF8)
    if content[:1_000].lstrip()[:200].lower().startswith((b"<!doctype html", b"<html")):
        raise EngineError(f"{path.name} is an HTML page (a saved login or error page?): {what} was expected.")
    return content


def one_line(text: str, limit: int) -> str:
    """Return a text of someone else on one line, without control characters, bounded; secrets may be left in it."""
    if text.isprintable():
        return text if len(text) <= limit else bounded(text, limit)
    text = redact(" ".join(text[: 4 * limit].split()))  # an escape before a secret would hide where it begins
    return bounded(printable(text), limit)


def cleaned(text: str, limit: int) -> str:
    """Return a text of someone else on one line, without secrets and control characters, bounded."""
    return bounded(redact(one_line(text, 2 * limit)), limit)


def shown(record: object, limit: int = 2_000) -> str:
    """Return a refused record as it came: as JSON, without secrets and control characters, bounded."""
    return bounded(printable(redact(json.dumps(record, default=str, ensure_ascii=False)[: 2 * limit])), limit)
