"""Which service answers at which address, as the release is deployed."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

_PORTS = {"http": 80, "https": 443}


def hosts_of(base_urls: Mapping[str, str | None]) -> dict[str, str]:
    """Return `host:port` → service, so that a call to a service that records nothing is known by its name."""
    urls = {service: httpx.URL(base_url) for service, base_url in base_urls.items() if base_url}
    return {f"{url.host}:{url.port or _PORTS[url.scheme]}": service for service, url in urls.items()}
