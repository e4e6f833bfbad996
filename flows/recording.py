"""`leadline record -- CMD`: receive traces while a command runs, and keep what was recorded."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from engines.contract import EngineError
from engines.trace.receiver import Receiver, Stats
from flows.progress import console
from flows.settings import Settings


def record_command(settings: Settings, listen: str, token: str | None, command: list[str]) -> int:
    """Run a command on this terminal under the receiver; return its exit status.

    `token`: what senders must show as a bearer token; required beyond loopback.

    Raises:
        EngineError: the address is taken, or the command cannot be started.
    """
    folder = settings.spool / "recordings"
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    with Receiver(listen, folder, token=token) as receiver:
        segment = receiver.start_segment(name)
        try:
            status = subprocess.call(command)
        except OSError as error:
            segment.unlink(missing_ok=True)
            raise EngineError(f"{command[0]!r} cannot be started ({error.strerror}); is it on PATH?") from None
        receiver.settle()
        stats = receiver.stats
    if not stats.bodies:
        console.print(_nothing(stats, listen, segment), soft_wrap=True)
        return status
    console.print(f"recorded {stats} in {segment}", soft_wrap=True)
    console.print("land it with: leadline import --manifest leadline.yaml " + str(segment), soft_wrap=True)
    return status


def _nothing(stats: Stats, listen: str, segment: Path) -> str:
    if stats.refused:
        told = f"Nothing was recorded: what arrived was refused ({stats.told_refusals()})"
        if 401 in stats.refused:
            told += "; give the services the receiver's token in OTEL_EXPORTER_OTLP_HEADERS"
    else:
        told = (
            f"Nothing was recorded: no service sent traces to {listen} while the command ran; "
            "start the services under their agent with OTEL_EXPORTER_OTLP_ENDPOINT naming that address"
        )
    return f"{told} (the empty recording is {segment})"
