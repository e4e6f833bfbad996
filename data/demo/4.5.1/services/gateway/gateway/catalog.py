"""What the gateway asks of the catalog."""

import requests

from . import settings


def find(term: str) -> list[dict]:
    answer = requests.get(f"{settings.CATALOG_URL}/items", params={"q": term}, timeout=settings.TIMEOUT)
    if not answer.ok:
        return []
    return answer.json()
