"""Watches that the service under test stays what it was: a scanner that broke it must stop and say so."""

from __future__ import annotations

import time

from engines.dynamic.build import filled
from engines.dynamic.exchange import ANSWERED, Exchange
from engines.dynamic.sender import Sender
from engines.dynamic.sweep import Read
from engines.scope import OutOfScope

_PAUSE = 0.5  # seconds before a bad sign is believed


class Sentinel:
    """Asks for the health path, and for one harmless read that succeeded at the beginning (loss of state)."""

    def __init__(self, sender: Sender, service: str, health: str, reads: tuple[Read, ...]) -> None:
        self._sender, self._service = sender, service
        own = [r for r in reads if r.service == service and all(place == "path" for _, place, _ in r.parameters)]
        self._paths = [health, *(filled(r.route, {n: v for n, _, v in r.parameters}) for r in own[:1])]
        self._at_first: dict[str, int] = {}

    def begin(self) -> str | None:
        """Return why the service cannot be tested at all, None when it is well."""
        for path in self._paths:
            answer = self._ask(path)
            if answer is None:
                continue
            if path == self._paths[0] and _is_bad(answer):
                return f"GET {path} gave {_told(answer)} before the first request."
            if answer.status and answer.status < 300:
                self._at_first[path] = answer.status
        return None

    def lost(self) -> str | None:
        """Return what was lost since the beginning, None when all is as it was."""
        for path in self._paths:
            answer = self._ask(path)
            if answer is None or not self._is_worse(path, answer):
                continue
            time.sleep(_PAUSE)
            again = self._ask(path)
            if again is not None and self._is_worse(path, again):
                return f"GET {path} gives {_told(again)} and did not before."
        return None

    def _is_worse(self, path: str, answer: Exchange) -> bool:
        lost_state = path in self._at_first and answer.status in (404, 410)
        return lost_state or (_is_bad(answer) and (path == self._paths[0] or path in self._at_first))

    def _ask(self, path: str) -> Exchange | None:
        """Return the answer; None where the scope refuses to ask (a spent budget says nothing about health)."""
        try:
            return self._sender.get(self._service, path)
        except OutOfScope as refusal:
            if refusal.reason == "out_of_scope":
                raise
            return None


def _is_bad(answer: Exchange) -> bool:
    return answer.outcome != ANSWERED or (answer.status or 0) >= 500


def _told(answer: Exchange) -> str:
    return str(answer.status) if answer.status else f"no answer ({answer.outcome})"
