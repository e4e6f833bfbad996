"""Ports of loopback for what a test starts; no two alike in a run, so that no test is answered by another's service."""

import random
import socket

# Below the ports that Linux gives to outgoing connections (`ip_local_port_range`, 32768 and up): one of those could
# otherwise take a port between the moment it was found free and the moment its service listens.
_LOWEST, _HIGHEST = 20_000, 32_700
_candidates = iter(random.SystemRandom().sample(range(_LOWEST, _HIGHEST), _HIGHEST - _LOWEST))


def free_port() -> int:
    """Return a port that nobody listens on and that this run has not handed out before."""
    for port in _candidates:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is left to hand out")
