import socket
import sys

import pytest

from engines.contract import EngineError
from flows.importing import import_all
from flows.recording import record_command
from flows.settings import Settings
from tests.ports import free_port

SEND = """
import sys, urllib.request
body = open(sys.argv[2], "rb").read()
headers = {"Content-Type": "application/json"}
urllib.request.urlopen(urllib.request.Request(f"http://{sys.argv[1]}/v1/traces", body, headers), timeout=5)
"""


def free_address():
    return f"127.0.0.1:{free_port()}"


def test_what_is_sent_while_the_command_runs_is_kept_and_can_be_imported(tmp_path):
    from tests.flows.test_importing import SPAN

    (tmp_path / "span.json").write_text(SPAN)
    listen, settings = free_address(), Settings(tmp_path / "data")
    command = [sys.executable, "-c", SEND, listen, str(tmp_path / "span.json")]
    assert record_command(settings, listen, None, command) == 0
    (segment,) = (settings.spool / "recordings").glob("*.otlp")
    assert import_all(settings, [segment], None)[0]["rows"]["requests"] == 1


def test_the_status_of_the_command_is_passed_on(tmp_path):
    assert record_command(Settings(tmp_path), free_address(), None, ["sh", "-c", "exit 3"]) == 3


def test_a_recording_with_nothing_in_it_says_why(tmp_path, capsys):
    listen = free_address()
    record_command(Settings(tmp_path), listen, None, ["true"])
    told = capsys.readouterr()
    assert f"no service sent traces to {listen}" in told.out + told.err
    assert "land it with" not in told.out + told.err
    send = "import urllib.request as u; u.urlopen(u.Request('http://{}/v1/traces', b'x'))"
    record_command(Settings(tmp_path), listen, "secret", [sys.executable, "-c", send.format(listen)])
    told = capsys.readouterr()
    assert "refused (1 with status 401); give the services the receiver's token" in told.out + told.err


def test_a_command_that_does_not_exist_and_an_address_that_is_taken_are_said(tmp_path):
    with pytest.raises(EngineError, match="cannot be started"):
        record_command(Settings(tmp_path), free_address(), None, ["no-such-command"])
    assert not list((Settings(tmp_path).spool / "recordings").glob("*.otlp"))
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(EngineError, match="[Cc]annot listen"):
        record_command(Settings(tmp_path), f"127.0.0.1:{taken.getsockname()[1]}", None, ["true"])
