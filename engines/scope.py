"""The one gate that every outgoing request passes: where to, which endpoint, how fast, how many.

A host is judged by what its name resolves to, at the moment of the request, and the connection then goes to the very
address that was judged: a name that answers differently the second time gains nothing. Loopback is always allowed,
anything else only when the manifest names it.
"""

from __future__ import annotations

import ipaddress
import posixpath
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterable
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import unquote, urlsplit

import httpx

from engines.contract import EngineError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME_LIFETIME = 30.0  # seconds for which a resolved and judged name is kept


class OutOfScope(EngineError):
    """A request that must not be sent. `reason` is the code: out_of_scope, denied, budget, needs_mutation."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Scope:
    """Where requests may go and how many, shared by all engines and threads of one release.

    `hosts` are names, addresses or networks (`10.0.0.0/8`); `deny` are rules `METHOD service /route`, each part may be
    `*`, a route may hold `{name}` for one segment and end in `*`; `rate` is requests a second and host (0: no limit);
    `request_budget` is the sum over everything (None: no limit).
    """

    def __init__(
        self,
        hosts: Iterable[str] = (),
        may_mutate: bool = False,
        rate: float = 0,
        request_budget: int | None = None,
        deny: Iterable[str] = (),
    ) -> None:
        self.may_mutate = may_mutate
        self.rate = rate
        self.request_budget = request_budget
        self.sent: Counter[str] = Counter()  # host:port → requests
        self._names, self._networks = _read_hosts(hosts)
        self._deny = tuple(_read_denial(text) for text in deny)
        self._lock = threading.Lock()
        self._next_slot: dict[str, float] = {}
        self._resolved: dict[tuple[str, int], tuple[float, str]] = {}

    @property
    def total(self) -> int:
        """Requests sent so far."""
        return sum(self.sent.values())

    @property
    def remaining(self) -> int | float:
        """Requests that the budget still allows."""
        return float("inf") if self.request_budget is None else max(self.request_budget - self.total, 0)

    def admit(self, method: str, url: str, service: str = "*", *, is_login: bool = False) -> str:
        """Count one request and return the address to connect to, after waiting for the host's turn.

        A request that changes data is admitted only when mutation is allowed or when it is a declared login.
        Raises `OutOfScope` with the reason and the remedy.
        """
        parts = urlsplit(url)
        host, port = _host_and_port(parts.scheme, parts.netloc, url)
        if self.is_denied(method, service, parts.path):
            raise OutOfScope("denied", f"{method} {service} {parts.path} is denied by the manifest's scope.deny.")
        if method.upper() not in SAFE_METHODS and not (self.may_mutate or is_login):
            raise OutOfScope(
                "needs_mutation",
                f"{method} {parts.path} may change data; set scope.mutate in the manifest to allow it.",
            )
        address = self.resolve(host, port)
        self._take(f"{host}:{port}")
        return address

    def is_denied(self, method: str, service: str, path: str) -> bool:
        """Tell whether a deny rule matches the path, also in disguise (`%2e`, `//`, `/./`, trailing `/`)."""
        spellings = {path, _plain(path), _plain(unquote(path)), _plain(unquote(unquote(path)))}
        return any(
            wanted_method in ("*", method.upper())
            and wanted_service in ("*", service)
            and any(route.fullmatch(spelling) for spelling in spellings)
            for wanted_method, wanted_service, route in self._deny
        )

    def resolve(self, host: str, port: int) -> str:
        """Return the address of a host all of whose addresses are allowed, else raise `OutOfScope`."""
        with self._lock:
            known = self._resolved.get((host, port))
        if known and known[0] > time.monotonic():
            return known[1]
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise OutOfScope("out_of_scope", f"Host {host} does not resolve; correct base_url.") from error
        addresses = list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))
        for address in addresses:
            if not self._is_allowed(host, address):
                raise OutOfScope(
                    "out_of_scope",
                    f"Host {host} is {address}, outside the scope; name it under scope.hosts to allow it.",
                )
        # IPv4 first: "localhost" often names ::1 too, where test servers seldom listen.
        address = min(addresses, key=lambda text: (":" in text, addresses.index(text)))
        with self._lock:
            self._resolved[host, port] = (time.monotonic() + _NAME_LIFETIME, address)
        return address

    def _is_allowed(self, host: str, address: str) -> bool:
        ip = ipaddress.ip_address(address)
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if ip.is_loopback or any(ip.version == net.version and ip in net for net in self._networks):
            return True
        # A named host may live anywhere but where machines keep their credentials (169.254.169.254 and its like).
        return host.lower().rstrip(".") in self._names and not (
            ip.is_link_local or ip.is_multicast or ip.is_unspecified
        )

    def _take(self, key: str) -> None:
        with self._lock:
            if self.remaining < 1:
                raise OutOfScope(
                    "budget", f"All {self.request_budget} requests are spent; raise scope.requests for more."
                )
            self.sent[key] += 1
            now = time.monotonic()
            slot = max(now, self._next_slot.get(key, 0.0))
            self._next_slot[key] = slot + (1 / self.rate if self.rate > 0 else 0)
        if slot > now:
            time.sleep(slot - now)


class ScopedTransport(httpx.BaseTransport):
    """An httpx transport that sends nothing the scope does not admit; redirects come through here like all else."""

    def __init__(self, scope: Scope, service: str, *, is_login: bool = False) -> None:
        self._scope, self._service, self._is_login = scope, service, is_login
        self._inner = httpx.HTTPTransport(verify=_trusted(), trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the address that was judged; `Host` and TLS keep the name."""
        url = request.url
        address = self._scope.admit(request.method, str(url), self._service, is_login=self._is_login)
        if address != url.host:
            request.extensions = {**request.extensions, "sni_hostname": url.host}
            request.url = url.copy_with(host=address)
        try:
            return self._inner.handle_request(request)
        finally:
            request.url = url

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def client(scope: Scope, service: str, *, seconds: float = 10.0, is_login: bool = False) -> httpx.Client:
    """Return an httpx client that cannot leave the scope: no redirects, no proxies, no `.netrc`, no kept cookies."""
    session = httpx.Client(
        transport=ScopedTransport(scope, service, is_login=is_login),
        timeout=httpx.Timeout(seconds, connect=min(seconds, 3.0)),
        follow_redirects=False,
        trust_env=False,
    )
    # A cookie that one identity was given must not go along with the next one's request.
    session.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return session


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()  # reads the machine's authorities, which takes long enough to do it once


def _read_hosts(
    hosts: Iterable[str],
) -> tuple[frozenset[str], tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]]:
    names, networks = set(), []
    for host in hosts:
        try:
            networks.append(ipaddress.ip_network(host.strip("[]"), strict=False))
        except ValueError:
            names.add(host.lower().rstrip("."))
    return frozenset(names), tuple(networks)


def _read_denial(text: str) -> tuple[str, str, re.Pattern[str]]:
    parts = text.split(None, 2)
    if len(parts) != 3:
        raise EngineError(
            f"scope.deny holds {text!r}; write it as METHOD service /route, for instance GET orders /reset."
        )
    method, service, route = parts
    pattern = "".join(_route_part(part) for part in re.split(r"(\{[^{}]*\}|\*)", route))
    return method.upper(), service, re.compile(pattern)


def _route_part(part: str) -> str:
    return ".*" if part == "*" else "[^/]+" if part.startswith("{") else re.escape(part)


def _plain(path: str) -> str:
    plain = re.sub(r"/{2,}", "/", posixpath.normpath(path or "/"))
    return plain if len(plain) < 2 else plain.rstrip("/")


def _host_and_port(scheme: str, netloc: str, url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if scheme not in _DEFAULT_PORTS or not host:
        raise OutOfScope("out_of_scope", f"{scheme}://{netloc} is no http or https address; correct base_url.")
    return host, port or _DEFAULT_PORTS[scheme]
