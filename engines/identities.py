"""Test users: how one logs in, what only that one may read, and a session that never fails silently."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from engines.contract import EngineError
from engines.redact import redact
from engines.scope import Scope, client

_MOST_BYTES = 1_000_000  # of a login answer


class LoginFailed(EngineError):
    """An identity could not log in; the message is one sentence with the remedy and holds no secret."""


@dataclass(frozen=True)
class LoginSpec:
    """The request that logs in; `json` or `form` is its body with `{{username}}` and `{{password}}` in it."""

    service: str
    path: str
    method: str = "POST"
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class IdentitySpec:
    """A test user as the manifest declares it, without its secrets.

    The token is found under `token_json` (dotted key of the answer) or `token_cookie`; a token of JSON is sent as
    `header: format`. `owns` maps `service /route` to the object ids that only this identity may read.
    """

    name: str
    login: LoginSpec
    token_json: str | None = None
    token_cookie: str | None = None
    header: str = "Authorization"
    format: str = "Bearer {{token}}"
    owns: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Session:
    """A logged-in identity. Logs in when first used, and again when told that its token is no longer taken."""

    def __init__(self, spec: IdentitySpec, base_url: str | None, username: str, password: str, scope: Scope) -> None:
        self.spec, self.name = spec, spec.name
        self._username, self._password, self._base_url, self._scope = username, password, base_url, scope
        self._lock = threading.Lock()
        self._token: str | None = None
        self._spent_tokens: list[str] = []
        self._failure: LoginFailed | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in any record."""
        texts = (self._password, self._token, *self._spent_tokens)
        return tuple(text for text in texts if text)

    @property
    def failure(self) -> LoginFailed | None:
        """Why the identity cannot be used, None while nothing speaks against it."""
        return self._failure

    @property
    def spoken_names(self) -> tuple[str, ...]:
        """The words by which a page may address the identity."""
        return tuple(dict.fromkeys(name for name in (self.name, self._username) if name))

    def credentials(self) -> dict[str, str]:
        """Return the headers that carry the identity. Raises `LoginFailed`, ever again once it failed."""
        return self._as_headers(self._current())

    def placeholder(self) -> dict[str, str]:
        """Return the same headers with the secret replaced by a shell variable, for a curl that may be shown."""
        return self._as_headers(f"${self.name.upper().replace('-', '_')}_TOKEN")

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Log in again after a 401 to these headers; False when the token has already been renewed since."""
        with self._lock:
            if self._token is None or self._as_headers(self._token) != dict(refused):
                return False
            self._spent_tokens.append(self._token)
            self._token = None
        self._current()
        return True

    def _current(self) -> str:
        with self._lock:
            if self._failure:
                raise self._failure
            if self._token is None:
                try:
                    self._token = self._log_in()
                except LoginFailed as failure:
                    self._failure = failure
                    raise
            return self._token

    def _as_headers(self, token: str) -> dict[str, str]:
        if self.spec.token_cookie:
            return {"Cookie": f"{self.spec.token_cookie}={token}"}
        return {self.spec.header: self.spec.format.replace("{{token}}", token)}

    def _log_in(self) -> str:
        name, login = self.name, self.spec.login
        if not self._base_url:
            raise LoginFailed(f"Identity {name} cannot log in: service {login.service} has no base_url.")
        if not (self._username and self._password):
            raise LoginFailed(f"Identity {name} cannot log in: set the variables that hold its user name and password.")
        bodies = (("json", login.json), ("data", login.form))
        filled = {key: self._fill(body) for key, body in bodies if body is not None}
        try:
            with client(self._scope, login.service, is_login=True) as http:
                answer = http.request(login.method, self._base_url.rstrip("/") + login.path, **filled)
        except (httpx.HTTPError, EngineError) as error:
            raise LoginFailed(
                f"Identity {name} cannot log in: {redact(str(error) or type(error).__name__)}."
            ) from error
        if answer.status_code >= 400:
            raise LoginFailed(
                f"Identity {name} cannot log in: {login.method} {login.path} answered {answer.status_code}; "
                "check its user name and password."
            )
        token = self._token_of(answer)
        if not token:
            wanted = self.spec.token_cookie or self.spec.token_json
            raise LoginFailed(
                f"Identity {name} cannot log in: the answer ({answer.status_code}) holds no {wanted}; "
                "check its user name and password, or correct its token."
            )
        return token

    def _fill(self, template: Any) -> Any:
        if isinstance(template, str):
            return template.replace("{{username}}", self._username).replace("{{password}}", self._password)
        if isinstance(template, Mapping):
            return {key: self._fill(value) for key, value in template.items()}
        if isinstance(template, list | tuple):
            return [self._fill(value) for value in template]
        return template

    def _token_of(self, answer: httpx.Response) -> str | None:
        if self.spec.token_cookie:
            return answer.cookies.get(self.spec.token_cookie)
        if len(answer.content) > _MOST_BYTES:
            return None
        try:
            value = answer.json()
        except (ValueError, RecursionError):
            return None
        for key in (self.spec.token_json or "").split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return str(value) if value is not None and not isinstance(value, Mapping | list) else None
