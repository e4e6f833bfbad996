"""Best fixes as rules state them: a JSON object, language → example."""

from __future__ import annotations

import json


def examples(fix: str | None) -> dict[str, str]:
    """Return language → example; a fix that is no JSON object is one example of no stated language."""
    try:
        parsed = json.loads(fix or "{}")
    except (ValueError, RecursionError):
        parsed = fix
    if not isinstance(parsed, dict):
        return {"": str(fix)}
    return {str(language): str(example) for language, example in parsed.items()}
