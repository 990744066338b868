"""What is being done, on a terminal; silence anywhere else."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from planning.plain import plain


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give what says, in a few words, what is being done.

    On a terminal the words stand beside a spinner on standard error and are wiped at the end. When
    standard error is piped, or the terminal is dumb, nothing is said.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    from rich.console import Console  # Wanted only on a terminal.
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    # Standard output is left alone: rich would send what is printed meanwhile to the terminal.
    with Live(console=Console(stderr=True), transient=True, redirect_stdout=False) as live:
        # Text, since rich would take square brackets in a name for markup; it lets escapes pass.
        yield lambda words: live.update(Spinner("dots", text=Text(plain(words))), refresh=True)
