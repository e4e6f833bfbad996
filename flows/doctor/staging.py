"""Whether the services under test answer, and whether the address for their traces is free."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from engines.contract import EngineError
from engines.scope import OutOfScope, Scope, client
from engines.trace.receiver import is_free
from flows.doctor.check import Check, ok
from flows.manifest import Manifest, ServiceSpec
from flows.probe import scope_of

_TIMEOUT = 5.0  # seconds


def staging(manifest: Manifest) -> Iterator[Check]:
    """Yield a check for the receiver's address and one for every service; only what is in scope is asked."""
    yield _receiver(manifest.traces.listen)
    scope = scope_of(manifest.scope)
    for name, spec in manifest.services.items():
        yield _answers(name, spec, scope)


def _receiver(listen: str) -> Check:
    try:
        free = is_free(listen)
    except EngineError as error:
        return Check("staging", "receiver", "mend", str(error), "Correct traces.listen in the manifest.")
    if free:
        return ok("staging", "receiver", f"{listen} is free; services send to http://{listen}")
    return Check("staging", "receiver", "mend", f"something listens on {listen} already",
                 "End it, or choose another address: traces.listen in the manifest.")  # fmt: skip


def _answers(name: str, spec: ServiceSpec, scope: Scope) -> Check:
    if not spec.base_url:
        return Check(name, "answers", "note", "it has no base_url: it is read, not tested",
                     "Deploy it on staging and give its base_url in the manifest.")  # fmt: skip
    url = spec.base_url.rstrip("/") + spec.health
    try:
        with client(scope, name, seconds=_TIMEOUT) as session:
            answer = session.get(url)
    except OutOfScope as error:
        return Check(name, "answers", "mend", str(error), "Correct base_url or scope.hosts in the manifest.")
    except httpx.HTTPError as error:
        return Check(name, "answers", "mend", f"{url}: {type(error).__name__}",
                     "Start it, or correct its base_url in the manifest.")  # fmt: skip
    is_named = spec.health != "/"  # where no path was named, an answer at all tells that it lives
    if answer.status_code >= (400 if is_named else 500):
        return Check(name, "answers", "mend", f"{url} answers {answer.status_code}",
                     "See its log; where the path is wrong, correct health in the manifest.")  # fmt: skip
    return ok(name, "answers", f"{url} answers {answer.status_code}")
