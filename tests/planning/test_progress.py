"""Progress is words on a terminal, and silence everywhere else."""

import os
import signal
import subprocess
import sys
from threading import Timer

import pytest

SAYS = """
import sys, time
from planning.progress import progress
with progress() as say:
    say("Goal 3 of 7: [red] & bold \\x1b[31mtext\\x1b[0m")
    print("a result", flush=True)
    if "wait" in sys.argv:
        while True:  # One long wait would not end if another thread took the signal.
            time.sleep(0.01)
    if "fail" in sys.argv:
        raise ValueError("stop")
print("rich" in sys.modules)
"""

SHOW_CURSOR = b"\x1b[?25h"


def on_terminal(*arguments, interrupt=False, **environment):
    """Run the words above with standard error on a terminal; return its output and both texts."""
    pty = pytest.importorskip("pty")
    terminal, child = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", SAYS, *arguments],
        stdout=subprocess.PIPE,
        stderr=child,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "80"} | environment,
    )
    os.close(child)
    said = b""
    stop = Timer(30.0, run.kill)
    stop.start()
    try:
        while chunk := os.read(terminal, 65536):
            said += chunk
            if interrupt and b"bold" in said:
                interrupt = False
                run.send_signal(signal.SIGINT)
    except OSError:
        pass  # Linux says so when the other end of a terminal is gone.
    output, _ = run.communicate()
    stop.cancel()
    os.close(terminal)
    return output, said


def test_piped_nothing_is_said_and_rich_is_not_loaded():
    run = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, check=True)
    assert (run.stdout, run.stderr) == (b"a result\nFalse\n", b"")


def test_on_a_dumb_terminal_nothing_is_said():
    assert on_terminal(TERM="dumb") == (b"a result\nFalse\n", b"")


def test_what_is_printed_meanwhile_stays_on_standard_output():
    output, said = on_terminal()
    assert output == b"a result\nTrue\n"
    assert b"a result" not in said


def test_on_a_terminal_words_are_said_as_they_are_without_being_read_as_markup():
    _, said = on_terminal()
    assert b"Goal 3 of 7: [red] & bold" in said


def test_on_a_terminal_no_escape_in_the_words_is_obeyed():
    """Red would be ESC [31m; the words are there, and the escape is not."""
    _, said = on_terminal()
    assert b"text" in said
    assert b"\x1b[31m" not in said


def test_without_colour_no_colour_is_sent():
    """In ANSI a colour is a parameter 30 to 49 or 90 to 107 of an escape that ends in m."""
    _, said = on_terminal(NO_COLOR="1")
    codes = [part.partition(b"m")[0] for part in said.split(b"\x1b[")[1:] if b"m" in part[:12]]
    numbers = {int(n) for code in codes for n in code.split(b";") if n.isdigit()}
    assert not {n for n in numbers if 30 <= n <= 49 or 90 <= n <= 107}


@pytest.mark.parametrize("how", ["fail", "interrupt"])
def test_however_the_run_ends_the_terminal_gets_its_cursor_back(how):
    words = "fail" if how == "fail" else "wait"
    output, said = on_terminal(words, interrupt=how == "interrupt")
    assert b"True" not in output
    assert b"KeyboardInterrupt" in said or b"ValueError" in said
    assert b"?25l" in said
    assert SHOW_CURSOR in said[said.rindex(b"?25l") :]
