"""Values of probes: `{{seed}}`, `{{canary}}`, `{{n}}`, `{{m}}`, each with filters: `{{canary|base64}}`."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from engines.contract import EngineError, stable_id

FILTERS: Mapping[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "hex": lambda text: text.encode().hex(),
    "url": lambda text: quote(text, safe=""),
    "upper": str.upper,
    "length": lambda text: str(len(text.encode())),
    "pickle": lambda text: _pickled(text),
}

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)((?:\s*\|\s*[a-z0-9_]+)*)\s*\}\}")


def render(template: str, values: Mapping[str, str]) -> str:
    """Return the template with its placeholders filled. Raises `EngineError` for a name or filter that is unknown."""

    def fill(match: re.Match[str]) -> str:
        name, filters = match.group(1), [f.strip() for f in match.group(2).split("|") if f.strip()]
        if name not in values:
            raise EngineError(f"Placeholder {{{{{name}}}}} is unknown; known are {', '.join(sorted(values))}.")
        text = values[name]
        for each in filters:
            if each not in FILTERS:
                raise EngineError(f"Filter {each} is unknown; known are {', '.join(sorted(FILTERS))}.")
            text = FILTERS[each](text)
        return text

    return _PLACEHOLDER.sub(fill, template)


def numbers(attempt_id: str) -> dict[str, str]:
    """Return `n` and `m`: two different four-digit numbers, always the same for this attempt."""
    first = 1000 + int(stable_id("n", attempt_id)[:8], 16) % 8000
    return {"n": str(first), "m": str(first + 1 + int(stable_id("m", attempt_id)[:8], 16) % 900)}


def _pickled(text: str) -> str:
    """Return a pickle (protocol 0, plain text) that holds one text: it loads a value and runs no code."""
    return "V" + text.encode("raw_unicode_escape").decode("latin-1").replace("\n", "\\u000a") + "\n."
