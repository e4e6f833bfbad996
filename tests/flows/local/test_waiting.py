"""Who waits at a terminal is told what for; a log or a program is not."""

import io

from flows.local.waiting import shown


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_what_is_done_and_nothing_of_it_stays():
    terminal = Terminal()
    with shown(terminal) as tell:
        tell("Reading 3 files [bold]")
    written = terminal.getvalue()
    assert "Reading 3 files [bold]" in written
    assert written.rstrip().endswith("\x1b[2K") or "\x1b[1A" in written  # the line is erased


def test_what_is_no_terminal_gets_nothing():
    pipe = io.StringIO()
    with shown(pipe) as tell:
        tell("Reading 3 files")
    assert pipe.getvalue() == ""
